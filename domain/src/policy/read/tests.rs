//! Documents as people write them, and what reading them says.
