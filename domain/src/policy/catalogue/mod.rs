//! The catalogue of fields: the table, and the index over it that everything else asks. A unit is
//! what one rules object belongs to (`policies.md` §5.3).

mod field;
mod index;
mod section;
mod table;

pub use field::{Field, ItemKey, List, Right, Types, is_quantity};
use field::{Replica, field};
pub use index::{Catalogue, Entry, FieldId, ListId, Section, Unit};
pub use section::FormSection;
pub use table::CAPABILITIES;

pub use super::value::Kind;
