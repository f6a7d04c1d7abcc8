//! The table, placed for one workload type: paths to ids and back. Distributed types hold the
//! fields of a pod twice, once below each of their two sections (`policies.md` S4).

use std::{collections::BTreeMap, sync::LazyLock};

use super::{
    Field, ItemKey, List,
    table::{FIELDS, IGNORED, LISTS, REPLICAS},
};
use crate::policy::{WorkloadType, rule::RuleKind};

/// A field, by its place in the catalogue of one workload type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(u16);

/// A list of items, likewise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(u16);

/// What one rules object belongs to: a field, the items of a list, or one attribute of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    Field(FieldId),
    Instances(ListId),
    Attribute(ListId, u8),
}

/// What stands at a path.
#[derive(Debug)]
pub enum Entry {
    Section(Section),
    Field(FieldId),
    List(ListId),
    Attribute(u8),
    /// Read and dropped.
    Ignored,
}

/// Names and what stands there.
pub type Section = BTreeMap<&'static str, Entry>;

/// The fields of one workload type.
#[derive(Debug)]
pub struct Catalogue {
    of: WorkloadType,
    fields: Vec<Placed>,
    lists: Vec<PlacedList>,
    root: Section,
}

#[derive(Debug)]
struct Placed {
    path: String,
    /// How much of the path names one pod of several.
    prefix: &'static str,
    row: &'static Field,
    strict: bool,
}

#[derive(Debug)]
struct PlacedList {
    path: String,
    row: &'static List,
    attributes: Section,
    strict: bool,
    key: u8,
    natural: Vec<u8>,
    target: Option<u8>,
}

static CATALOGUES: LazyLock<Vec<Catalogue>> =
    LazyLock::new(|| WorkloadType::ALL.into_iter().map(Catalogue::place).collect());

impl Catalogue {
    /// The catalogue of a workload type.
    pub fn of(of: WorkloadType) -> &'static Self {
        &CATALOGUES[of as usize]
    }

    fn place(of: WorkloadType) -> Self {
        let mut placed = Self { of, fields: Vec::new(), lists: Vec::new(), root: Section::new() };
        let replicas = REPLICAS.iter().find(|(types, _)| types.has(of)).map(|(_, names)| names);
        let prefixes: &[&'static str] = replicas.map_or(&[""], |names| names);
        for row in FIELDS.iter().filter(|row| row.types.has(of)) {
            let own: &[&'static str] = if row.of_workload { &[""] } else { prefixes };
            own.iter().for_each(|prefix| placed.add_field(prefix, row));
        }
        for prefix in prefixes {
            LISTS.iter().for_each(|row| placed.add_list(prefix, row));
            IGNORED.iter().for_each(|path| put(&mut placed.root, prefix, path, Entry::Ignored));
        }
        placed
    }

    fn add_field(&mut self, prefix: &'static str, row: &'static Field) {
        let id = FieldId(self.fields.len() as u16);
        put(&mut self.root, prefix, row.path, Entry::Field(id));
        let path = joined(prefix, row.path);
        self.fields.push(Placed { path, prefix, row, strict: is_strict(row.path) });
    }

    fn add_list(&mut self, prefix: &'static str, row: &'static List) {
        let id = ListId(self.lists.len() as u16);
        put(&mut self.root, prefix, row.path, Entry::List(id));
        let mut attributes = Section::new();
        for (at, attribute) in row.attributes.iter().enumerate() {
            put(&mut attributes, "", attribute.path, Entry::Attribute(at as u8));
        }
        let at = |name: &str| row.attributes.iter().position(|a| a.path == name).map(|at| at as u8);
        let (key, natural) = match row.key {
            ItemKey::Only(key) => (key, &[][..]),
            ItemKey::Or(key, natural) => (key, natural),
        };
        self.lists.push(PlacedList {
            path: joined(prefix, row.path),
            row,
            attributes,
            strict: is_strict(row.path),
            key: at(key).unwrap_or_default(),
            natural: natural.iter().filter_map(|name| at(name)).collect(),
            target: row.target.and_then(at),
        });
    }

    /// The workload type whose fields these are.
    pub fn workload_type(&self) -> WorkloadType {
        self.of
    }

    /// Every field, in order.
    pub fn fields(&self) -> impl Iterator<Item = FieldId> {
        (0..self.fields.len() as u16).map(FieldId)
    }

    /// Every list, in order.
    pub fn lists(&self) -> impl Iterator<Item = ListId> {
        (0..self.lists.len() as u16).map(ListId)
    }

    /// Every rules object that a policy of this type can hold.
    pub fn units(&self) -> Vec<Unit> {
        let of_list = |list: ListId| {
            let attributes = self.list(list).attributes.iter().enumerate();
            let ruled = attributes.filter(move |(_, a)| a.is_ruled() && !self.list(list).bare);
            let ruled = ruled.map(move |(at, _)| Unit::Attribute(list, at as u8));
            [Unit::Instances(list)].into_iter().chain(ruled)
        };
        self.fields().map(Unit::Field).chain(self.lists().flat_map(of_list)).collect()
    }

    pub fn root(&self) -> &Section {
        &self.root
    }

    pub fn field(&self, id: FieldId) -> &'static Field {
        self.fields[usize::from(id.0)].row
    }

    pub fn field_path(&self, id: FieldId) -> &str {
        &self.fields[usize::from(id.0)].path
    }

    pub fn list(&self, id: ListId) -> &'static List {
        self.lists[usize::from(id.0)].row
    }

    pub fn list_path(&self, id: ListId) -> &str {
        &self.lists[usize::from(id.0)].path
    }

    pub fn attribute(&self, list: ListId, at: u8) -> &'static Field {
        &self.list(list).attributes[usize::from(at)]
    }

    /// The attributes of a list's items, by name.
    pub fn attributes(&self, list: ListId) -> &Section {
        &self.lists[usize::from(list.0)].attributes
    }

    /// The attribute that names an item, and those that do where it is missing.
    pub fn key(&self, list: ListId) -> (u8, &[u8]) {
        let list = &self.lists[usize::from(list.0)];
        (list.key, &list.natural)
    }

    /// The attribute that holds the path in the container.
    pub fn target(&self, list: ListId) -> Option<u8> {
        self.lists[usize::from(list.0)].target
    }

    /// The place of an attribute, by its path below the item.
    pub fn attribute_named(&self, list: ListId, path: &str) -> Option<u8> {
        let at = self.list(list).attributes.iter().position(|attribute| attribute.path == path);
        at.map(|at| at as u8)
    }

    /// Whether the farthest policy wins (`policies.md` §5.2).
    pub fn is_strict(&self, unit: Unit) -> bool {
        match unit {
            Unit::Field(id) => self.fields[usize::from(id.0)].strict,
            Unit::Instances(list) | Unit::Attribute(list, _) => {
                self.lists[usize::from(list.0)].strict
            }
        }
    }

    /// The row of a field or an attribute; the items of a list have none.
    pub fn row(&self, unit: Unit) -> Option<&'static Field> {
        match unit {
            Unit::Field(id) => Some(self.field(id)),
            Unit::Attribute(list, at) => Some(self.attribute(list, at)),
            Unit::Instances(_) => None,
        }
    }

    /// Whether the rules object of a unit may hold a rule of this kind.
    pub fn allows(&self, unit: Unit, rule: RuleKind) -> bool {
        match self.row(unit) {
            Some(row) => row.allows(rule),
            None => matches!(rule, RuleKind::CanAdd | RuleKind::Locked),
        }
    }

    /// The path below `rules`: `ports.attributes.container`, `ports.instances`.
    pub fn path(&self, unit: Unit) -> String {
        match unit {
            Unit::Field(id) => self.field_path(id).to_owned(),
            Unit::Instances(list) => format!("{}.instances", self.list_path(list)),
            Unit::Attribute(list, at) => {
                format!("{}.attributes.{}", self.list_path(list), self.attribute(list, at).path)
            }
        }
    }

    /// The field at a dotted path.
    pub fn field_at(&self, path: &str) -> Option<FieldId> {
        match find(&self.root, path)? {
            Entry::Field(id) => Some(*id),
            _ => None,
        }
    }

    /// The list at a dotted path.
    pub fn list_at(&self, path: &str) -> Option<ListId> {
        match find(&self.root, path)? {
            Entry::List(id) => Some(*id),
            _ => None,
        }
    }

    /// The unit at a path below `rules`; the path of a list means its items.
    pub fn unit_at(&self, path: &str) -> Option<Unit> {
        if let Some(field) = self.field_at(path) {
            return Some(Unit::Field(field));
        }
        self.lists().find_map(|list| {
            let below = path.strip_prefix(self.list_path(list))?;
            match below.strip_prefix(".attributes.") {
                Some(name) => Some(Unit::Attribute(list, self.attribute_named(list, name)?)),
                None => matches!(below, "" | ".instances").then_some(Unit::Instances(list)),
            }
        })
    }

    /// The field that a rule of `of` means by `name`: in the same section, by its own name or by its
    /// path (`policies.md` §4.2, §13, 16).
    pub fn sibling(&self, of: FieldId, name: &str) -> Option<FieldId> {
        let placed = &self.fields[usize::from(of.0)];
        let section = section(placed.row.path);
        let below = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
        let found = [joined(placed.prefix, &below), joined(placed.prefix, name), name.to_owned()];
        let found = found.iter().find_map(|path| self.field_at(path))?;
        let other = &self.fields[usize::from(found.0)];
        let same = other.prefix == placed.prefix && self::section(other.row.path) == section;
        same.then_some(found)
    }
}

/// The part of a path within which fields may refer to each other.
fn section(path: &str) -> &str {
    let depth = if path.starts_with("probes.") { 2 } else { 1 };
    let mut dots = path.match_indices('.').map(|(at, _)| at);
    let end = dots.nth(depth - 1);
    end.map_or("", |end| &path[..end])
}

fn is_strict(path: &str) -> bool {
    path.starts_with("compute.") || path.starts_with("security.")
}

fn joined(prefix: &str, path: &str) -> String {
    if prefix.is_empty() { path.to_owned() } else { format!("{prefix}.{path}") }
}

fn find<'a>(section: &'a Section, path: &str) -> Option<&'a Entry> {
    match path.split_once('.') {
        None => section.get(path),
        Some((first, rest)) => match section.get(first)? {
            Entry::Section(inner) => find(inner, rest),
            _ => None,
        },
    }
}

fn put(section: &mut Section, prefix: &'static str, path: &'static str, entry: Entry) {
    if !prefix.is_empty() {
        if let Entry::Section(inner) = section.entry(prefix).or_insert_with(empty) {
            put(inner, "", path, entry);
        }
        return;
    }
    match path.split_once('.') {
        None => {
            section.insert(path, entry);
        }
        Some((first, rest)) => {
            if let Entry::Section(inner) = section.entry(first).or_insert_with(empty) {
                put(inner, "", rest, entry);
            }
        }
    }
}

fn empty() -> Entry {
    Entry::Section(Section::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_back_to_its_field() {
        for of in WorkloadType::ALL {
            let catalogue = Catalogue::of(of);
            for id in catalogue.fields() {
                assert_eq!(catalogue.field_at(catalogue.field_path(id)), Some(id));
            }
            for id in catalogue.lists() {
                assert_eq!(catalogue.list_at(catalogue.list_path(id)), Some(id));
                let (key, natural) = catalogue.key(id);
                let named = |at: u8| catalogue.attribute(id, at).path;
                assert!(matches!(named(key), "name" | "id" | "resource"));
                assert!(natural.iter().all(|at| named(*at) != named(key)));
            }
        }
    }

    #[test]
    fn distributed_policies_hold_the_fields_of_a_pod_twice() {
        let catalogue = Catalogue::of(WorkloadType::Distributed);
        let worker = catalogue.field_at("worker.compute.gpuDevicesRequest");
        assert!(worker.is_some_and(|id| catalogue.is_strict(Unit::Field(id))));
        assert!(catalogue.field_at("master.image").is_some());
        assert!(catalogue.field_at("image").is_none());
        assert!(catalogue.field_at("priorityClass").is_some());
        assert!(Catalogue::of(WorkloadType::Workspace).field_at("numWorkers").is_none());
    }

    #[test]
    fn fields_refer_to_their_own_section() {
        let catalogue = Catalogue::of(WorkloadType::Workspace);
        let named = |of: &str, name: &str| {
            let of = catalogue.field_at(of)?;
            Some(catalogue.field_path(catalogue.sibling(of, name)?).to_owned())
        };
        let limit = Some("compute.cpuCoreLimit".to_owned());
        assert_eq!(named("compute.cpuCoreRequest", "cpuCoreLimit"), limit);
        assert_eq!(named("compute.cpuCoreRequest", "compute.cpuCoreLimit"), limit);
        assert_eq!(named("compute.cpuCoreRequest", "backoffLimit"), None);
        assert_eq!(named("backoffLimit", "compute.cpuCoreLimit"), None);
        let port = "probes.readiness.handler.httpGet.port";
        assert_eq!(
            named("probes.readiness.periodSeconds", "handler.httpGet.port"),
            Some(port.into())
        );
    }
}
