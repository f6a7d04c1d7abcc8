//! Who has which role in a project or department: given and taken here, one at a time. What is given above holds too
//! and is shown with where that is.

use domain::{AccessRuleId, access::SubjectKind};
use leptos::prelude::*;

use super::data::{AccessRow, Accesses, Given, Unit, give_access, list_access, take_access};
use crate::{
    pages::{Loaded, say_outcome},
    ui::{
        ActionCell, Button, ButtonKind, ButtonSize, Choice, Column, Field, Grid, IconName, Muted,
        NameCell, Row, Select, Stack, Table, Td, TextInput, Tr,
    },
    wire::load,
};

const SUBJECT: &str = "The e-mail address of a user, the client ID of a service account, or the name of a group of your sign-in service.";

/// The role that most are given: AI practitioner.
const USUAL: i32 = 4;

#[component]
pub fn AccessPart(unit: Unit, id: i32) -> impl IntoView {
    let version = RwSignal::new(0);
    let accesses = load(move || version.get(), move |_| list_access(unit, id));
    view! {
        <Loaded of=accesses view=move |accesses| view! { <Rules unit id accesses version/> }.into_any()/>
    }
}

#[component]
fn Rules(unit: Unit, id: i32, accesses: Accesses, version: RwSignal<i32>) -> impl IntoView {
    let Accesses { rows, roles } = accesses;
    let taking = Action::new(move |rule: &AccessRuleId| take_access(*rule));
    say_outcome(taking.value().into(), move || version.update(|n| *n += 1));
    let none = rows.is_empty().then(|| view! { <Muted>"Nobody has a role here."</Muted> });
    let head = || {
        view! {
            <Column title="Subject"/>
            <Column title="Type"/>
            <Column title="Role"/>
            <Column title="Given on"/>
            <Column title="Actions" quiet=true/>
        }
    };
    let table = (!rows.is_empty()).then(|| {
        let drawn = rows.into_iter().map(|of| row(of, taking)).collect_view();
        view! { <Table label="Access rules" head small=true>{drawn}</Table> }
    });
    let giving = (!roles.is_empty()).then(|| view! { <Giving unit id roles version/> });
    view! { <Stack>{none}{table}{giving}</Stack> }.into_any()
}

type Taking = Action<AccessRuleId, Result<(), crate::error::UiError>>;

fn row(of: AccessRow, taking: Taking) -> AnyView {
    let AccessRow { rule, subject, kind, role, place, may_take } = of;
    let label = format!("Take the role {role} from {subject}");
    let take = may_take.then(|| {
        view! {
            <Button kind=ButtonKind::Plain size=ButtonSize::Small label caps=true
                on_press=move |()| drop(taking.dispatch(rule))>"Remove"</Button>
        }
    });
    view! {
        <Tr>
            <NameCell icon=IconName::Users>{subject}</NameCell>
            <Td label="Type">{kind}</Td>
            <Td label="Role">{role}</Td>
            <Td label="Given on">{place}</Td>
            <ActionCell>{take}</ActionCell>
        </Tr>
    }
    .into_any()
}

/// Gives a role to somebody. What was typed stays where it is refused.
#[component]
fn Giving(
    unit: Unit,
    id: i32,
    roles: Vec<(String, String)>,
    version: RwSignal<i32>,
) -> impl IntoView {
    let usual = roles.iter().find(|(id, _)| *id == USUAL.to_string());
    let first = usual.or(roles.first()).map(|(id, _)| id.clone()).unwrap_or_default();
    let (kind, role) = (RwSignal::new(SubjectKind::User.name().to_owned()), RwSignal::new(first));
    let subject = RwSignal::new(String::new());
    let kinds = SubjectKind::ALL.map(|kind| Choice::new(kind.name(), kind.title()));
    let roles: Vec<_> = roles.into_iter().map(|(id, name)| Choice::new(id, name)).collect();
    let giving = Action::new(move |given: &Given| give_access(given.clone()));
    say_outcome(giving.value().into(), move || version.update(|n| *n += 1));
    let give = move |()| {
        let (kind, subject) = (kind.get_untracked(), subject.get_untracked());
        giving.dispatch(Given { unit, id, kind, subject, role: role.get_untracked() });
    };
    view! {
        <Grid>
            <Field label="Subject" name="subject_kind"><Select name="subject_kind" value=kind choices=kinds.to_vec()/></Field>
            <Field label="Who" name="subject" help=Some(SUBJECT.to_owned())><TextInput name="subject" value=subject/></Field>
            <Field label="Role" name="role"><Select name="role" value=role choices=roles/></Field>
        </Grid>
        <Row><Button caps=true busy=giving.pending() on_press=give>"+Access rule"</Button></Row>
    }
    .into_any()
}
