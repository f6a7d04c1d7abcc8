//! What policies mean for people, as plain words and values: one control of the form ([`control`]),
//! the whole form ([`form`]), what a change of project changes about it ([`changed`]), and the table
//! of an effective policy ([`policy_table`]). Whoever draws it needs no engine.

mod changed;
mod control;
mod fill;
mod rules;
mod sections;
mod table;
mod view;
mod words;

pub use changed::changed;
pub use control::{Control, OptionView, controls, new_attribute, range_words};
pub use fill::{Authors, form};
pub use rules::{CellKind, RuleCell, RuleRow, RuleSection, rule_sections, typed};
pub use table::{ImposedName, PolicyTable, TableRow, TableSection, policy_table};
pub use view::{
    ChoiceView, DefaultView, FieldView, FollowsView, FormView, InputKind, ListView, Origin,
    RowView, SectionView,
};
pub use words::{RuleWords, Who, rule_words};
