//! The tables: fields, lists, and how the page lays them out.

mod data;
mod fields;
mod lists;
mod sections;
mod words;

pub use data::{DATA, DATA_LIST};
pub use fields::FIELDS;
pub use lists::{LISTS, TOOL};
pub use sections::{GENERAL_OF_ASSETS, LINKED_COMPUTE, ORIGINAL, SECTIONS, setup_sections};
pub use words::{
    ACCESS_MODES, IMAGE_SOURCES, SIZE_UNITS, TIMES, TOOLS, ToolKind, VOLUME_MODES, per_unit,
};
