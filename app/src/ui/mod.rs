//! The design system. It knows looks, keys and screen readers; it knows no workload and no project.
//! Pages compose these and carry no classes of their own.
mod button;
mod chart;
mod choice;
mod code;
mod each;
mod editor;
mod field;
pub mod gallery;
mod icon;
mod input;
mod keep;
mod layout;
mod marks;
mod order;
mod overlay;
mod patterns;
mod settings;
mod surface;
mod table;
mod tabs;
mod terminal;
mod tried;
mod waiting;

pub use button::{Button, ButtonFace, ButtonKind, ButtonSize, FileLink, IconButton, LinkButton};
pub use chart::{CHART_SIZE, Chart, ChartLine, LineChart};
pub use choice::{
    Checkbox, FromScratch, FromTemplate, Radio, RadioCard, RadioCards, RadioInput, RowCheck,
    Segmented, Switch, Toggle, WhenChosen,
};
pub use code::CodeBlock;
pub use each::{Each, each};
pub use editor::{CodeEditor, Mark, MarkedText, Proposal, Proposals};
pub use field::{Field, FieldContext, Fieldset, HelpTone, Reset, SourceChip};
pub use icon::{Icon, IconName, IconSize};
pub use input::{Choice, NumberInput, QuantityInput, SearchInput, Select, TextArea, TextInput};
pub use keep::{keep_checked, keep_chosen, keep_selected, keep_typed};
pub use layout::{
    Across, Columns, Docked, Fact, Facts, Gap, Grid, Muted, Narrow, Page, Row, Stack, Unseen,
    WithPanel,
};
pub use marks::{
    Badge, FilterChip, PickChip, Status, StatusMark, StatusShape, StatusTone, Token, Tone,
};
pub use order::{OrderItem, OrderList};
pub use overlay::{
    Announcer, Dialog, Disclosure, Menu, MenuItem, Pane, PaneBody, PaneTabs, Popover, Sheet, Toast,
    ToastRegion, ToastText, Toasts, Tooltip, Why, WhyText,
};
pub use patterns::Patterns;
pub use settings::{PictureInput, SettingItem, SettingsFrame, SettingsGroup};
pub use surface::{
    Band, Card, Empty, Event, Inline, Note, Padded, Part, Repeater, RepeaterRow, Rows, Section,
    Setup, Timeline,
};
pub use table::{
    ActionCell, BulkBar, CheckCell, CheckColumn, Column, GroupRow, Keep, NameCell, Sorted,
    StatusCell, Table, Td, Toolbar, Tr,
};
pub use tabs::{Tab, TabPanel, Tabs};
pub use terminal::Terminal;
pub use tried::{Diagnoses, Diagnosis, DiagnosisList, Editing, Finding, ReplayBar, Tallies, Tally};
pub use waiting::{Progress, Skeleton};
