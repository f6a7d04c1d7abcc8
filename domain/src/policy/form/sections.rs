//! Sections in which a policy leaves nothing to do: one sentence at the heading says so
//! (`policies.md` §9.2).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    view::{FieldView, ListView, SectionView},
    words::Who,
};
use crate::policy::catalogue::{Catalogue, FormSection, Unit};

/// The sections all of whose fields are read-only and to whose lists nothing can be added.
pub(super) fn closed(
    catalogue: &Catalogue,
    fields: &BTreeMap<String, FieldView>,
    lists: &BTreeMap<String, ListView>,
) -> Vec<SectionView> {
    FormSection::ALL
        .into_iter()
        .filter_map(|section| one(catalogue, section, fields, lists))
        .collect()
}

fn one(
    catalogue: &Catalogue,
    section: FormSection,
    fields: &BTreeMap<String, FieldView>,
    lists: &BTreeMap<String, ListView>,
) -> Option<SectionView> {
    let mut by: BTreeSet<Who> = BTreeSet::new();
    for id in catalogue.fields() {
        if catalogue.section(Unit::Field(id)) != section || !catalogue.field(id).is_on_form() {
            continue;
        }
        let view = fields.get(catalogue.field_path(id))?;
        view.read_only.as_ref()?;
        by.extend(view.by.clone());
    }
    for id in catalogue.lists() {
        if catalogue.section(Unit::Instances(id)) != section {
            continue;
        }
        let view = lists.get(catalogue.list_path(id))?;
        view.closed.as_ref()?;
        if view.rows.iter().any(|row| row.locked.is_none()) {
            return None;
        }
        by.extend(view.by.clone());
    }
    let by: Vec<Who> = by.into_iter().collect();
    Some(SectionView { section, read_only: sentence(section, &by), by })
}

fn sentence(section: FormSection, by: &[Who]) -> String {
    let names: Vec<_> = by.iter().map(|who| who.words.as_str()).collect();
    let title = section.title();
    match names.as_slice() {
        [one] => format!("{title} is read-only: the policy of {one} leaves nothing to choose."),
        all => {
            let all = all.join(" and ");
            format!("{title} is read-only: the policies of {all} leave nothing to choose.")
        }
    }
}
