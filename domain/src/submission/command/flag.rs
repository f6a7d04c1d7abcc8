//! What a flag of `berth workspace submit` is: a name, the one field of the spec that it fills in, and how its text is
//! read.

/// One flag.
#[derive(Debug)]
pub struct Flag {
    pub name: &'static str,
    pub short: Option<char>,
    /// The field of the spec that it fills in: `compute.gpuDevicesRequest`.
    pub path: &'static str,
    pub shape: Shape,
    pub group: Group,
    pub help: &'static str,
}

/// How the text of a flag is read.
#[derive(Debug)]
pub enum Shape {
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Whole,
    Number,
    /// `true` or `false`; the flag alone is `true`.
    Switch,
    /// No value: the flag alone is this word.
    Means(&'static str),
    /// A span of time, which the spec has in seconds.
    Span,
    /// Each time the flag is given, one more name of a list.
    Names,
    /// Each time, one more item of a list.
    Item(&'static Item),
    /// One object, whole.
    Object(&'static Item),
    /// Each time, a node that is kept away from.
    NotOnNode,
}

/// Under which words of the manual a flag stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Process,
    Environment,
    Compute,
    Scheduling,
    Life,
    Storage,
    Access,
    Security,
}

/// How the parts of an item are written: `key=value,key=value,word`.
#[derive(Debug)]
pub struct Item {
    pub head: Head,
    pub keys: &'static [Key],
    /// What each such item has besides.
    pub fixed: &'static [(&'static str, Fixed)],
}

/// How an item begins.
#[derive(Debug)]
pub enum Head {
    /// With its keys at once.
    None,
    /// With the text of one field.
    One(&'static str),
    /// `LEFT=RIGHT`: the text of two fields.
    Pair(&'static str, &'static str),
}

/// A value that an item has without saying so.
#[derive(Debug)]
pub enum Fixed {
    Bool(bool),
    Word(&'static str),
}

/// One `key=value` of an item.
#[derive(Debug)]
pub struct Key {
    pub word: &'static str,
    /// The field below the item: `secretRef.name`.
    pub field: &'static str,
    pub is: Is,
}

/// What the value of a key is.
#[derive(Debug)]
pub enum Is {
    Text,
    Whole,
    /// The word alone says this; `word=false` the contrary.
    Bare(bool),
    /// Said again for each of several.
    Several,
    /// Taken for the sake of older scripts; it says nothing.
    Nothing,
}

impl Group {
    pub const ALL: [Self; 8] = [
        Self::Process,
        Self::Environment,
        Self::Compute,
        Self::Scheduling,
        Self::Life,
        Self::Storage,
        Self::Access,
        Self::Security,
    ];

    /// The heading in the manual.
    pub fn title(self) -> &'static str {
        match self {
            Self::Process => "Image and process",
            Self::Environment => "Environment variables",
            Self::Compute => "Compute",
            Self::Scheduling => "Scheduling",
            Self::Life => "Life and labels",
            Self::Storage => "Storage",
            Self::Access => "Access",
            Self::Security => "Security",
        }
    }
}

impl Shape {
    /// Whether the flag may be given again and again.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Names | Self::Item(_) | Self::NotOnNode)
    }

    /// What stands for the value in the manual; a flag without a value has none.
    pub fn placeholder(&self) -> String {
        match self {
            Self::Text => "TEXT".to_owned(),
            Self::OneOf(words) => words.join("|"),
            Self::Whole => "N".to_owned(),
            Self::Number => "NUMBER".to_owned(),
            Self::Switch | Self::Means(_) => String::new(),
            Self::Span => "DURATION".to_owned(),
            Self::Names | Self::NotOnNode => "NAME".to_owned(),
            Self::Item(item) | Self::Object(item) => item.placeholder(),
        }
    }
}

impl Item {
    fn placeholder(&self) -> String {
        let head = match self.head {
            Head::None => None,
            Head::One(_) => Some("NAME".to_owned()),
            Head::Pair(..) => Some("NAME=VALUE".to_owned()),
        };
        let key = |key: &Key| match key.is {
            Is::Nothing => None,
            Is::Bare(_) => Some(key.word.to_owned()),
            Is::Text | Is::Whole | Is::Several => Some(format!("{}=", key.word)),
        };
        head.into_iter().chain(self.keys.iter().filter_map(key)).collect::<Vec<_>>().join(",")
    }
}

pub(super) const fn flag(
    group: Group,
    name: &'static str,
    path: &'static str,
    shape: Shape,
    help: &'static str,
) -> Flag {
    Flag { name, short: None, path, shape, group, help }
}

impl Flag {
    pub(super) const fn short(self, short: char) -> Self {
        Self { short: Some(short), ..self }
    }
}

pub(super) const fn keyed(keys: &'static [Key]) -> Item {
    Item { head: Head::None, keys, fixed: &[] }
}

pub(super) const fn pair(left: &'static str, right: &'static str) -> Item {
    Item { head: Head::Pair(left, right), keys: &[], fixed: &[] }
}

pub(super) const fn text(word: &'static str, field: &'static str) -> Key {
    Key { word, field, is: Is::Text }
}

pub(super) const fn whole(word: &'static str, field: &'static str) -> Key {
    Key { word, field, is: Is::Whole }
}

pub(super) const fn several(word: &'static str, field: &'static str) -> Key {
    Key { word, field, is: Is::Several }
}

/// The word alone sets `field` to `means`.
pub(super) const fn bare(word: &'static str, field: &'static str, means: bool) -> Key {
    Key { word, field, is: Is::Bare(means) }
}

pub(super) const fn nothing(word: &'static str) -> Key {
    Key { word, field: "", is: Is::Nothing }
}
