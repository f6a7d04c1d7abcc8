//! Small views of domain values, used by several pages: verdicts, quota bars, phases, GPUs, templates.

mod against;
mod columns;
mod gpu;
mod phase;
mod quota;
mod template;
mod verdict;

pub use against::{Against, NotCompliant};
pub use columns::Shown;
pub use gpu::{CellPart, GpuCard, GpuCell, map_node, map_pool};
pub use phase::{PhaseMark, PhaseStatus};
pub use quota::{Flag, QuotaBar, QuotaLine};
pub use template::Tiles;
pub use verdict::VerdictPanel;
