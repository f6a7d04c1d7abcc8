//! The form of a workspace as data (`form-and-assets.md` §4): sections, parts, fields and lists, with the words that
//! people read, and [`Draft`], what stands in all of them. A field is text, whatever it means. Page, address, plain
//! form and tests read the same tables; what is wrong with a value is said by
//! [`check`](crate::submission::check) on the submission that the draft becomes.

mod attributes;
mod data;
mod draft;
mod image;
mod open;
mod pairs;
mod rest;
mod submit;
mod table;
mod tools;

use serde::{Deserialize, Serialize};

pub use attributes::{AskedAttribute, attribute, class_begins, with_attribute};
pub use data::DataKind;
pub use draft::{Draft, ORIGINAL_STYLE, Row, told};
pub use pairs::{Pairs, pairs_of};
pub use submit::{name_field, row_path, sized};
use table::DATA_LIST;
pub use table::{
    ACCESS_MODES, DATA, FIELDS, GENERAL_OF_ASSETS, IMAGE_SOURCES, LINKED_COMPUTE, LISTS, ORIGINAL,
    SECTIONS, SIZE_UNITS, TIMES, TOOL, TOOLS, ToolKind, VOLUME_MODES, per_unit, setup_sections,
};

/// What is sent, and what is read of it.
pub type Words = &'static [(&'static str, &'static str)];

/// One control of the form, or of a row of a list.
#[derive(Debug)]
pub struct Field {
    /// In the address and in a plain form; of a row, after the list's name.
    pub name: &'static str,
    pub label: &'static str,
    /// Where its problems are found: `spec.image`; of a row, below the row. Empty where it fills in nothing of its own.
    pub path: &'static str,
    pub input: Input,
    pub default: &'static str,
    pub help: &'static str,
    pub placeholder: &'static str,
    /// It is there while all of these hold.
    pub when: &'static [When],
    pub need: Need,
    /// Choices that the Original form does not have.
    pub flexible_only: &'static [&'static str],
}

/// Whether something must stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It comes filled in.
    Given,
    Required,
    Optional,
}

/// Another field, or [`HAS_GPUS`], that holds one of these.
#[derive(Debug)]
pub struct When {
    pub field: &'static str,
    pub is: &'static [&'static str],
}

/// What a value is typed into.
#[derive(Clone, Copy, Debug)]
pub enum Input {
    /// A line of text.
    Line,
    /// A line that programs read.
    Code,
    /// A whole number with its unit.
    Whole {
        unit: &'static str,
        min: f64,
        max: f64,
    },
    /// A number, with the field that holds its unit.
    Quantity {
        unit: &'static str,
        units: Words,
    },
    OneOf(Words),
    /// Several, with commas between them.
    Several(Words),
    /// Several of names that say themselves, with commas between them.
    Names(&'static [&'static str]),
    /// `on` or `off`.
    Switch,
    /// One of what the project has.
    Offered(Offer),
    /// A line that something proposes texts for while people type.
    Searched(Search),
    /// Names of people, with commas between them. Who leaves oneself out is told.
    People,
    /// A key of the credential that the row names.
    KeyOfCredential,
    /// What the storage class that the row names asks for, as pairs of an address: `tier=fast&owner=ada`.
    ClassAttributes,
    /// Not on the page: part of another control.
    Hidden,
}

/// What a project offers to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offer {
    NodeTypes,
    StorageClasses,
    ConfigMaps,
    /// Shared secrets and own credentials, of any type.
    Secrets,
    MyCredentials,
    /// Those of registries.
    PullSecrets,
    MyPullSecrets,
    /// Those for a bucket.
    AccessKeys,
    /// Those for a repository.
    GitSecrets,
    /// Where the image may come from.
    ImageSources,
    /// Registries that administrators have configured, by the beginning of their images' names.
    Registries,
    /// Keys of NGC, shared and own.
    NgcKeys,
    MyNgcKeys,
    /// Keys of credentials: `source/name/key`.
    Keys,
    /// Attributes of storage classes, each an [`AskedAttribute`] as text.
    ClassAttributes,
    /// What storage classes do not take: `class/field/value`, with the reason.
    ClassRefuses,
    /// What volumes of a class begin with, by the name of the class: see [`class_begins`].
    ClassBegins,
}

/// What proposes texts for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Search {
    /// Images of the NGC catalog or a registry.
    Images,
    /// The tags of the image that was chosen.
    Tags,
}

/// A list of rows.
#[derive(Debug)]
pub struct List {
    /// The beginning of its fields' names.
    pub name: &'static str,
    /// The words on the button.
    pub add: &'static str,
    /// What one row is called.
    pub what: &'static str,
    /// Lists of the submission in which its rows lie.
    pub paths: &'static [&'static str],
    /// The field by which policies know a row; empty where none does.
    pub key: &'static str,
    /// Those of a row. The first begins it.
    pub fields: &'static [Field],
}

/// A section of the form.
#[derive(Debug)]
pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    /// The beginnings of the paths of its problems.
    pub paths: &'static [&'static str],
    pub parts: &'static [Part],
}

/// A part of a section.
#[derive(Debug)]
pub struct Part {
    pub title: &'static str,
    pub help: &'static str,
    pub blocks: &'static [Block],
}

/// What stands in a part, from the top.
#[derive(Debug)]
pub enum Block {
    /// Fields one below the other.
    Stack(&'static [&'static str]),
    /// Fields side by side.
    Side(&'static [&'static str]),
    /// The rows of a list.
    Rows(&'static str),
    /// What the page draws itself.
    Own(Own),
}

/// Controls that are more than a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// The device and what lies on it.
    GpuCard,
    /// What the registry knows of the image.
    Image,
    /// Command and arguments, folded while nothing is said.
    Process,
    /// Node pools in order.
    Pools,
    /// Two cards.
    Preemption,
    /// The rows of data & storage.
    Data,
    /// The new volumes among them alone.
    Volumes,
    /// The tools of the environment: how they are reached can be changed, what they are cannot.
    GivenTools,
    /// Cards of what the section can be filled in from.
    Gallery,
    /// One switch for preemptibility, and the grace period while it is on.
    OverQuota,
}

/// In place of a field's name: `on` where GPUs are asked for.
pub const HAS_GPUS: &str = "has_gpus";
/// In place of a field's name: `on` where a key of NGC says who asks.
pub const HAS_NGC_KEY: &str = "has_ngc_key";

impl Block {
    /// Whether it shows cards to choose from.
    pub fn is_gallery(&self) -> bool {
        matches!(self, Self::Own(Own::Gallery))
    }
}

const fn field(name: &'static str, label: &'static str, path: &'static str) -> Field {
    Field {
        name,
        label,
        path,
        input: Input::Line,
        default: "",
        help: "",
        placeholder: "",
        when: &[],
        need: Need::Given,
        flexible_only: &[],
    }
}

const fn hidden(name: &'static str) -> Field {
    field(name, "", "").input(Input::Hidden)
}

impl Field {
    const fn input(self, input: Input) -> Self {
        Self { input, ..self }
    }

    const fn searched(self, by: Search) -> Self {
        self.input(Input::Searched(by))
    }

    const fn code(self) -> Self {
        self.input(Input::Code)
    }

    const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    const fn placeholder(self, placeholder: &'static str) -> Self {
        Self { placeholder, ..self }
    }

    const fn when(self, when: &'static [When]) -> Self {
        Self { when, ..self }
    }

    const fn flexible_only(self, flexible_only: &'static [&'static str]) -> Self {
        Self { flexible_only, ..self }
    }

    const fn required(self) -> Self {
        Self { need: Need::Required, ..self }
    }

    const fn optional(self) -> Self {
        Self { need: Need::Optional, ..self }
    }
}

const fn when(field: &'static str, is: &'static [&'static str]) -> When {
    When { field, is }
}

impl Field {
    /// Whether it is there, beside fields that hold what `text` says.
    pub fn is_shown(&self, text: impl Fn(&str) -> String) -> bool {
        self.when.iter().all(|when| when.is.contains(&text(when.field).as_str()))
    }

    /// Whether an environment that was loaded, and leaves nobody a choice, keeps it as it is: `text` says what the fields
    /// beside it hold (`form-and-assets.md` §4.1.2, rows 8 to 8c).
    pub fn is_fixed(&self, text: impl Fn(&str) -> String) -> bool {
        self.may_be_fixed() && text("uid_open") == "off"
    }

    /// Whether an environment may keep it as it is.
    pub fn may_be_fixed(&self) -> bool {
        ["uid_source", "uid", "gid", "groups"].contains(&self.name)
            && self.path.starts_with("spec.security")
    }

    /// Where its problems are found, beside fields that hold what `text` says: a share of a GPU may be asked for as
    /// memory, a key is one of what the source says, and some kinds of data call the container path `mountPath`.
    pub fn path_in(&self, text: impl Fn(&str) -> String) -> String {
        match self.name {
            "gpu_request" | "gpu_limit" if text("gpu_format") != "%" => {
                self.path.replace("Portion", "Memory")
            }
            "key" if matches!(self.input, Input::KeyOfCredential) => {
                self.path.replace("secret", &text("source"))
            }
            "path" if data::has_mount_path(&text("kind")) => "mountPath".to_owned(),
            _ => self.path.to_owned(),
        }
    }
}

/// The place of a field in its table; tables name what they hold, so it is there.
pub fn place(of: &'static [Field], name: &str) -> Option<usize> {
    of.iter().position(|field| field.name == name)
}

/// Whether a field or a row of the form fills in what lies at `path`.
pub fn has_path(path: &str) -> bool {
    let is_list = |list: &&'static List| list.paths.iter().any(|own| path.starts_with(own));
    Draft::name_at(path).is_some() || LISTS.iter().any(is_list)
}

/// What tells a row of a list from the others: what policies know it by, else its name, else what its first field
/// holds. `text` says what stands in a field of the row.
pub fn row_key(list: &List, text: impl Fn(&str) -> String) -> String {
    let names = [list.key, "name", list.fields[0].name].into_iter();
    let there = names.filter(|name| place(list.fields, name).is_some());
    there.map(text).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The list of that name.
pub fn list(name: &str) -> Option<&'static List> {
    LISTS.iter().find(|list| list.name == name).copied()
}
