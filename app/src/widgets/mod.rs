//! Small views of domain values, used by several pages: verdicts, quota bars, phases, GPUs.

mod gpu;
mod phase;
mod quota;
mod verdict;

pub use gpu::{CellPart, GpuCard, GpuCell, map_node, map_pool};
pub use phase::{PhaseMark, PhaseStatus};
pub use quota::{Flag, QuotaBar, QuotaLine};
pub use verdict::VerdictPanel;
