//! What sections are filled in from: assets of the project, worded for the side pane, and as fields of the form.

use control::{ControlPlane, World, assets::Usable};
use domain::{
    AssetId, ProjectId,
    access::Actor,
    asset::{Asset, AssetKind, AssetSpec, Secrets},
    form::{Draft, FIELDS, LISTS, TOOLS},
    submission::Submission,
};

use super::{
    given::{Given, of_rows},
    load::{Filling, Pick, asset_field},
};
use crate::{error::UiError, words::capital};

/// The assets for a section, recently used first.
pub fn picks(
    control: &ControlPlane,
    actor: &Actor,
    project: ProjectId,
    section: &str,
) -> Result<Vec<Pick>, UiError> {
    let world = control.world();
    let has_volumes = world.settings.has_data_volumes();
    let usable = control.usable_assets(actor, &world, project, &kinds(section, has_volumes))?;
    let pick = |usable: Usable<Asset>| {
        let asset = &usable.item;
        let compliance = control.asset_compliance(actor, &world, project, asset)?;
        let used = usable.last_used.map(domain::duration::minute);
        Ok(Pick {
            id: asset.id,
            name: asset.name.to_string(),
            description: asset.description.clone().unwrap_or_default(),
            scope: world.place_for(actor, asset.scope),
            summary: summary(asset),
            used: used.map(|ago| format!("used {ago}")).unwrap_or_default(),
            against: compliance.violations.iter().map(Into::into).collect(),
        })
    };
    usable.into_iter().map(pick).collect()
}

/// The kinds that a section can be filled in from.
fn kinds(section: &str, has_volumes: bool) -> Vec<AssetKind> {
    match section {
        "environment" => vec![AssetKind::Environment],
        "compute" => vec![AssetKind::Compute],
        _ => {
            let volumes = has_volumes.then_some(AssetKind::DataVolume);
            AssetKind::DATA_SOURCES.into_iter().chain(volumes).collect()
        }
    }
}

/// Image and tools; devices, CPU and memory; kind and container path.
fn summary(asset: &Asset) -> String {
    let draft = Draft::from_submission(&asset.submission(&Secrets::new()));
    match asset.kind() {
        AssetKind::Environment => {
            let label =
                |kind: &str| TOOLS.iter().find(|tool| tool.name == kind).map(|tool| tool.label);
            let tools = draft.rows("tool").iter().filter_map(|row| label(row.text("kind")));
            let tools = tools.map(str::to_owned);
            let words = std::iter::once(draft.text("image").to_owned()).chain(tools);
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
        }
        AssetKind::Compute => {
            let cpu = format!("{} {} CPU", draft.text("cpu"), draft.text("cpu_unit"));
            let memory = format!("{} {}", draft.text("memory"), draft.text("memory_unit"));
            [draft.gpu_words(), cpu, memory].join(", ")
        }
        kind => {
            let path = draft.rows("data").first().map(|row| format!(" at {}", row.text("path")));
            format!("{}{}", kind.noun(), path.unwrap_or_default())
        }
    }
}

/// What an asset fills in. A data source is a row; the others are the fields and lists that they speak of.
pub fn filling(
    control: &ControlPlane,
    actor: &Actor,
    project: ProjectId,
    id: AssetId,
) -> Result<Filling, UiError> {
    let world = control.world();
    let usable = control.usable_assets(actor, &world, project, &AssetKind::ALL)?;
    let found = usable.into_iter().find(|usable| usable.item.id == id);
    let asset = found.ok_or_else(|| UiError::NotFound("This asset is gone.".into()))?.item;
    Ok(filling_of(&world, &asset))
}

/// The same of an asset that was found.
pub fn filling_of(world: &World, asset: &Asset) -> Filling {
    let draft = draft_of(world, asset);
    match asset.kind() {
        AssetKind::Environment | AssetKind::Compute => section_filling(asset, &draft),
        _ => row_filling(asset, &draft),
    }
}

/// An asset as a form shows it: what an environment asks of whoever submits, too.
pub fn draft_of(world: &World, asset: &Asset) -> Draft {
    let draft = Draft::from_submission(&asset.submission(&world.secrets_of([asset])));
    let AssetSpec::Environment(of) = &asset.spec else { return draft };
    let mut tools = draft.rows("tool").to_vec();
    for tool in &mut tools {
        let name = tool.text("name").to_owned();
        if of.asks_for_url(&name) {
            tool.set("url", "custom");
        }
        if of.asks_for_port(&name) {
            tool.set("node_port", "custom");
        }
    }
    let mut draft = draft.with("uid_open", if of.is_user_fixed() { "off" } else { "on" });
    draft.set_rows("tool", tools);
    draft
}

fn section_filling(asset: &Asset, draft: &Draft) -> Filling {
    let section = if asset.kind() == AssetKind::Environment { "environment" } else { "compute" };
    let own_field = asset_field(section).unwrap_or_default();
    let by = format!("{} {}", capital(asset.kind().noun()), asset.name);
    let said = said_fields(&asset.submission(&Secrets::new()));
    let mut pairs = vec![(own_field.to_owned(), asset.id.to_string())];
    let mut given =
        vec![Given { field: own_field.into(), text: asset.id.to_string(), by: by.clone() }];
    for field in FIELDS.iter().filter(|field| said.contains(&field.name)) {
        let text = draft.text(field.name).to_owned();
        pairs.push((field.name.to_owned(), text.clone()));
        given.push(Given { field: field.name.to_owned(), text, by: by.clone() });
    }
    let lists = LISTS.iter().filter(|list| !draft.rows(list.name).is_empty());
    for list in lists {
        pairs.extend(draft.pairs_of_list(list));
    }
    given.extend(of_rows(draft, |_| Some(by.clone())));
    if asset.kind() == AssetKind::Environment {
        pairs.push(("uid_open".to_owned(), draft.text("uid_open").to_owned()));
    }
    Filling { pairs, given }
}

/// The fields of the form that a submission speaks of.
pub fn said_fields(of: &Submission) -> Vec<&'static str> {
    let spec = of.to_spec().unwrap_or_default();
    let has = |path: &str| {
        let pointer = format!("/{}", path.trim_start_matches("spec.").replace('.', "/"));
        spec.pointer(&pointer).is_some_and(|value| !value.is_null())
    };
    let gpu = |path: &str| path.contains("gpuPortion") && has(&path.replace("Portion", "Memory"));
    let by_path = FIELDS.iter().filter(|field| !field.path.is_empty());
    let mut said: Vec<_> = by_path
        .filter(|field| has(field.path) || gpu(field.path))
        .map(|field| field.name)
        .collect();
    // What goes with another field.
    let with = [
        ("image", "image_source"),
        ("gpu_request", "gpu_format"),
        ("gpu_request", "fractioning"),
        ("cpu", "cpu_unit"),
        ("memory", "memory_unit"),
        ("auto_deletion", "auto_deletion_unit"),
    ];
    let more: Vec<_> =
        with.iter().filter(|(of, _)| said.contains(of)).map(|(_, name)| *name).collect();
    said.extend(more);
    said
}

fn row_filling(asset: &Asset, draft: &Draft) -> Filling {
    // A data volume is named by its id and has no place of its own.
    if asset.kind() == AssetKind::DataVolume {
        let texts = [
            ("kind", "dataVolume".to_owned()),
            ("origin", asset.id.to_string()),
            ("name", asset.name.to_string()),
        ];
        let pairs = texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        return Filling { pairs, given: vec![] };
    }
    let row = draft.rows("data").first();
    let mut pairs: Vec<_> = row.map(|row| row.pairs()).unwrap_or_default();
    pairs.push(("asset".to_owned(), asset.id.to_string()));
    pairs.push(("name".to_owned(), asset.name.to_string()));
    Filling { pairs, given: vec![] }
}
