//! Small views of domain values, used by several pages: verdicts, quota bars, phases, GPUs, templates; and what
//! stands above their tables.

mod against;
mod columns;
mod gpu;
mod phase;
mod quota;
mod refresh;
mod seek;
mod template;
mod verdict;

pub use against::{Against, NotCompliant};
pub use columns::Shown;
pub use gpu::{CellPart, GpuCard, GpuCell, map_node, map_pool};
pub use phase::{PhaseMark, PhaseStatus};
pub use quota::{Flag, QuotaBar, QuotaLine};
pub use refresh::Refresh;
pub use seek::{Seek, Title};
pub use template::Tiles;
pub use verdict::{VerdictPanel, WayOut, WaysOut};
