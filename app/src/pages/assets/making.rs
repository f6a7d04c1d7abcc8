//! From what a form sends to the use case: the values become the body that the interface takes, and are
//! read by the same types.

use api::assets::{
    AccessKey, DockerRegistry, GenericSecret, KindSpec, NgcApiKey, Password, RegistryBody,
};
use control::{
    ControlPlane, Error, Result,
    assets::{NewAsset, NewDataVolume},
};
use domain::{
    AssetId, Problem, ProjectId, Scope, ScopeLevel, StorageClassId, TemplateId,
    access::Actor,
    asset::{GitSource, S3Source, SSH_KEY, SecretSource},
    storage_class::StorageClassRules,
    submission::{ConfigMapVolume, HostPathVolume, NfsVolume, PvcVolume},
};
use serde_json::{Map, Value, json};

use super::{
    Shelf,
    data::Values,
    fields::{Control, FieldRow, Form, SHARE},
    made::shares_of,
};
use crate::error::UiError;

/// Makes what a form says; its id.
pub async fn make(
    control: &ControlPlane,
    actor: &Actor,
    (form, is_mine): (Form, bool),
    values: Values,
) -> std::result::Result<String, UiError> {
    let said = |path: &str| {
        let found = values.iter().find(|(own, value)| own == path && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    let name = said("meta.name").unwrap_or_default();
    let description = said("meta.description");
    match form {
        Form::DataVolume => {
            let shared = scopes_of(&said(SHARE).unwrap_or_default())?;
            let new = NewDataVolume {
                name,
                description,
                origin_pvc_name: said("originPvcName").unwrap_or_default(),
                project: ProjectId(number(&said("projectId").unwrap_or_default())?),
                shared_with: shared,
            };
            Ok(control.create_data_volume(actor, new).await?.id.to_string())
        }
        Form::StorageClass => {
            let rules: StorageClassRules = read(form, &values, "")?;
            let cluster = said("scopeId").unwrap_or_default().parse();
            let cluster = cluster.map_err(|_| wrong("scopeId", "Choose a cluster"))?;
            let made = control.configure_storage_class(actor, cluster, name, rules).await?;
            Ok(made.id.to_string())
        }
        _ => {
            let scope = match is_mine {
                true => Scope::Account,
                false => scope_of(&said("scope").unwrap_or_default())?,
            };
            let new = new_asset(form, &values)?;
            let new = NewAsset { name, description, scope, is_private: is_mine, ..new };
            Ok(control.create_asset(actor, new).await?.id.to_string())
        }
    }
}

/// Kind, spec and secret; the rest is filled in by the caller.
fn new_asset(form: Form, values: &Values) -> std::result::Result<NewAsset, UiError> {
    match form {
        Form::DockerRegistry => of::<DockerRegistry>(form, values),
        Form::GenericSecret => of::<GenericSecret>(form, values),
        Form::AccessKey => of::<AccessKey>(form, values),
        Form::Password => of::<Password>(form, values),
        Form::NgcApiKey => of::<NgcApiKey>(form, values),
        Form::SshKey => {
            let key = values.iter().find(|(path, _)| path == SSH_KEY).map(|(_, key)| key.clone());
            // A key that is pasted ends in a line feed, or ssh refuses it.
            let key = key.filter(|key| !key.trim().is_empty());
            let key = key.ok_or_else(|| wrong(SSH_KEY, "Enter the private key"))?;
            let key = format!("{}\n", key.trim_end());
            let pair = |part: &str, value: String| (format!("spec.keyValuePairs[0].{part}"), value);
            let pairs = vec![pair("key", SSH_KEY.to_owned()), pair("value", key)];
            of::<GenericSecret>(Form::GenericSecret, &pairs)
        }
        Form::Pvc => of::<PvcVolume>(form, values),
        Form::Nfs => of::<NfsVolume>(form, values),
        Form::S3 => of::<S3Source>(form, values),
        Form::Git => of::<GitSource>(form, values),
        Form::HostPath => of::<HostPathVolume>(form, values),
        Form::ConfigMap => of::<ConfigMapVolume>(form, values),
        Form::Secret => of::<SecretSource>(form, values),
        Form::Registry => of::<RegistryBody>(form, values),
        Form::DataVolume | Form::StorageClass => Err(wrong("type", "Is made elsewhere")),
    }
}

fn of<S: KindSpec>(form: Form, values: &Values) -> std::result::Result<NewAsset, UiError> {
    let mut spec: S = read(form, values, "spec.")?;
    Ok(NewAsset {
        name: String::new(),
        description: None,
        scope: Scope::Account,
        supports: None,
        content: spec.take_content(),
        spec: spec.into_spec(),
        is_private: false,
    })
}

/// Parts of a path, at most: what a client sends may not nest without an end.
const DEPTH_MAX: usize = 5;

/// The part of the body below `prefix`. What is wrong with it is not repeated: it may be a secret.
fn read<T: serde::de::DeserializeOwned>(
    form: Form,
    values: &Values,
    prefix: &str,
) -> std::result::Result<T, UiError> {
    let mut body = Value::Object(Map::new());
    for (path, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        let Some(inner) = path.strip_prefix(prefix) else { continue };
        if !has(form, path) {
            return Err(wrong("spec", "The form has no such field"));
        }
        let fields = form.fields().iter();
        let is_truth = |row: &FieldRow| match row.control {
            Control::Toggle(_) => true,
            Control::OneOf(words) => words.iter().any(|(value, _)| *value == "true"),
            _ => false,
        };
        let is_truth = fields.clone().any(|row| row.path == path && is_truth(row));
        let value = if is_truth { json!(value == "true") } else { json!(value) };
        put(&mut body, inner, value);
    }
    serde_json::from_value(body).map_err(|_| wrong("spec", "Something in the form cannot be read"))
}

/// Whether the form has the field at `path`, or a list in whose rows it lies.
fn has(form: Form, path: &str) -> bool {
    let rows = [form.fields(), form.head(false), form.head(true)].into_iter().flatten();
    let fits = |row: &FieldRow| {
        path.strip_prefix(row.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    };
    path.split('.').count() <= DEPTH_MAX && rows.into_iter().any(fits)
}

/// Sets `a.b[0].c` in a tree.
fn put(body: &mut Value, path: &str, value: Value) {
    let mut at = body;
    for part in path.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(fields) = at else { return };
        at = fields.entry(name.to_owned()).or_insert(Value::Null);
        let Some(index) = index else { continue };
        if at.is_null() {
            *at = Value::Array(vec![]);
        }
        let Value::Array(items) = at else { return };
        if index > items.len() {
            return;
        }
        if index == items.len() {
            items.push(Value::Null);
        }
        at = &mut items[index];
    }
    *at = value;
}

fn wrong(field: &str, message: &str) -> UiError {
    UiError::Invalid(vec![Problem::new(field, "wrong", message)])
}

fn number(text: &str) -> std::result::Result<i32, UiError> {
    text.parse().map_err(|_| wrong("projectId", "Choose a project"))
}

/// A place as [`made::value_of`](super::made::value_of) writes it.
fn scope_of(text: &str) -> std::result::Result<Scope, UiError> {
    let (level, id) = text.split_once('/').unwrap_or((text, ""));
    let scope = ScopeLevel::named(level).and_then(|level| Scope::of(level, id));
    scope.ok_or_else(|| wrong("scope", "Choose a scope"))
}

/// Places with commas between them.
fn scopes_of(text: &str) -> std::result::Result<Vec<Scope>, UiError> {
    text.split(',').filter(|place| !place.is_empty()).map(scope_of).collect()
}

/// Another description of a data volume, and who may use it among those that the viewer sees.
pub async fn share(
    control: &ControlPlane,
    actor: &Actor,
    id: &str,
    (description, places): (String, String),
) -> std::result::Result<(), UiError> {
    let (id, wanted) = (asset_id(id)?, scopes_of(&places)?);
    let world = control.world();
    let volume = control.data_volume(actor, &world, id)?;
    let now: Vec<_> = shares_of(&volume).filter(|scope| actor.sees(*scope)).collect();
    let add = wanted.iter().copied().filter(|scope| !now.contains(scope)).collect();
    let remove = now.iter().copied().filter(|scope| !wanted.contains(scope)).collect();
    let description = Some(description).filter(|text| !text.is_empty());
    if volume.description != description {
        control.describe_data_volume(actor, id, description).await?;
    }
    control.share_data_volume(actor, id, add, remove).await?;
    Ok(())
}

fn asset_id(id: &str) -> Result<AssetId> {
    id.parse().map_err(|_| Error::not_found("asset", id))
}

fn template_id(id: &str) -> Result<TemplateId> {
    id.parse().map_err(|_| Error::not_found("template", id))
}

pub async fn rename(
    control: &ControlPlane,
    actor: &Actor,
    shelf: Shelf,
    id: &str,
    (name, description): (String, String),
) -> Result<()> {
    let description = Some(description).filter(|text| !text.is_empty());
    match shelf {
        Shelf::Templates => {
            let update = move |old: &domain::template::Template| {
                Ok(control::templates::TemplateUpdate {
                    name,
                    description,
                    spec: old.spec.clone(),
                    assets: old.assets.clone(),
                    legacy: old.legacy.clone(),
                })
            };
            control.update_template(actor, template_id(id)?, update).await?;
        }
        Shelf::DataVolumes => {
            control.describe_data_volume(actor, asset_id(id)?, description).await?;
        }
        _ => {
            control.rename_asset(actor, asset_id(id)?, name, description).await?;
        }
    }
    Ok(())
}

pub async fn copy(
    control: &ControlPlane,
    actor: &Actor,
    shelf: Shelf,
    id: &str,
    (name, place): (String, String),
) -> Result<()> {
    let scope = scope_of(&place);
    let scope = scope.map_err(|_| Error::field("scope", "scope.level", "Choose a scope"))?;
    match shelf {
        Shelf::Templates => {
            control.copy_template(actor, template_id(id)?, name, scope).await?;
        }
        _ => {
            control.copy_asset(actor, asset_id(id)?, name, scope).await?;
        }
    }
    Ok(())
}

pub async fn delete(control: &ControlPlane, actor: &Actor, shelf: Shelf, id: &str) -> Result<()> {
    match shelf {
        Shelf::Templates => control.delete_template(actor, template_id(id)?).await,
        Shelf::StorageClasses => {
            let found = id.parse::<StorageClassId>();
            let id = found.map_err(|_| Error::not_found("storage class", id))?;
            control.forget_storage_class(actor, id).await
        }
        _ => control.delete_asset(actor, asset_id(id)?).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_the_form_does_not_have_are_refused() {
        let endless = format!("spec.keyValuePairs[0]{}", ".a".repeat(100_000));
        for path in [endless.as_str(), "spec.nothing", "meta.nothing", "spec"] {
            assert!(!has(Form::GenericSecret, path), "{}", &path[..20.min(path.len())]);
        }
        for path in ["meta.name", "spec.keyValuePairs[0].key", "spec.keyValuePairs[7].value"] {
            assert!(has(Form::GenericSecret, path), "{path}");
        }
    }

    #[test]
    fn values_become_the_body_that_the_interface_takes() {
        let mut body = Value::Object(Map::new());
        for (path, value) in
            [("a", "1"), ("b.c", "2"), ("d[0].e", "3"), ("d[1].e", "4"), ("d[9].e", "5")]
        {
            put(&mut body, path, json!(value));
        }
        assert_eq!(body, json!({"a": "1", "b": {"c": "2"}, "d": [{"e": "3"}, {"e": "4"}]}));
    }
}
