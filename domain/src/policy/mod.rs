//! Workload policies (`policies.md`): documents that give workloads defaults, set rules for them and
//! impose data sources. Text becomes a tree (`text`), a tree a [`Document`] ([`read`](read::read)),
//! the documents on the way to a project an [`Effective`] policy; a submission is
//! [`resolve`](resolve::resolve)d against it and [`evaluate`](evaluate::evaluate)d. Pure: the form,
//! the server and the command line run the same code.

mod alias;
mod asset;
#[cfg(feature = "policy-yaml")]
pub mod cases;
pub mod catalogue;
mod check;
mod copy;
pub mod desk;
mod document;
#[cfg(feature = "policy-yaml")]
mod edit;
mod effective;
mod evaluate;
mod explain;
mod form;
mod issue;
mod item;
mod judged;
mod lockout;
mod patch;
mod read;
mod replay;
mod resolve;
mod rows;
mod rule;
mod save;
mod scope;
mod stored;
mod system;
#[cfg(feature = "policy-yaml")]
mod text;
mod tree;
mod value;
mod view;
mod violation;

pub use asset::{Asset, Assets, imposed_key, normal_path};
pub use check::wrong_types;
pub use copy::copied;
pub use document::Document;
#[cfg(feature = "policy-yaml")]
pub use edit::{EditError, edited};
pub use effective::{Effective, Layer, Owned, OwnedItem, source_of_rule};
pub use evaluate::{evaluate, evaluate_submitted};
pub use explain::{Claim, Explanation, Precedence, explain};
pub use form::{
    Authors, CellKind, ChoiceView, Control, DefaultView, FieldView, FollowsView, FormView,
    ImposedName, InputKind, ListView, OptionView, Origin, PolicyTable, RowView, RuleCell, RuleRow,
    RuleSection, RuleWords, SectionView, TableRow, TableSection, Who, changed, controls, form,
    new_attribute, policy_table, range_words, rule_sections, rule_words, typed,
};
pub use issue::{Fault, ImposedFault, Issue};
pub use item::{Item, Key};
pub use judged::problems;
pub use lockout::lockout;
pub use patch::patched;
pub use read::{Reading, read, read_value};
#[cfg(feature = "policy-yaml")]
pub use read::{read_bytes, read_text};
pub use replay::{Kept, Replayed, asked, replay};
pub use resolve::{ItemState, ListState, Resolution, resolve};
pub use rows::by_place;
pub use rule::{Bound, Choice, DefaultFrom, Rule, RuleKind};
pub use save::{Place as SavePlace, SaveReport, save, standing_problem};
pub use scope::{Source, WorkloadType};
pub use stored::StoredPolicy;
pub use system::system;
#[cfg(feature = "policy-yaml")]
pub use text::{parse, parse_bytes, parse_past};
pub use tree::{Content, Key as NodeKey, Limits, Node, Place, TextError};
pub use value::{Amount, Kind, quantity};
pub use view::LayerView;
pub use violation::{Broken, Violation};
