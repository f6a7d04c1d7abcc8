//! Signing in, and the welcome of the first administrator: plain forms that need no scripts.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    identity::me,
    layout::SignInFrame,
    ui::{Button, ButtonKind, ButtonSize, Field, Note, Stack, TextInput, Tone},
};

/// Where people sign in.
pub const PAGE: &str = "/sign-in";
/// Where the first administrator is made.
pub const FIRST: &str = "/welcome";
/// Where the page is on which somebody chooses a password.
pub const PASSWORD: &str = "/password";

#[component]
pub fn SignInPage() -> impl IntoView {
    view! {
        <Title text="Sign in"/>
        <SignInFrame title="Sign in">
            <Credentials action=PAGE button="Sign in" autocomplete="current-password"/>
        </SignInFrame>
    }
}

#[component]
pub fn WelcomePage() -> impl IntoView {
    view! {
        <Title text="Welcome"/>
        <SignInFrame title="Make the first administrator">
            <Credentials action=FIRST button="Create administrator" autocomplete="new-password"/>
        </SignInFrame>
    }
}

/// Choosing a password of one's own: after a temporary one nothing else can be done first.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let problem =
        query.get("problem").map(|text| view! { <Note tone=Tone::Bad alert=true>{text}</Note> });
    let csrf = me().with_value(|me| me.csrf.clone());
    let field = |name: &'static str, label: &'static str, autocomplete: &'static str| {
        let (value, is_first) = (RwSignal::new(String::new()), name == "new");
        let help = is_first.then(|| NEW_HELP.to_owned());
        view! {
            <Field label name help>
                <TextInput name kind="password" value large=true autocomplete/>
            </Field>
        }
    };
    view! {
        <Title text="Choose a password"/>
        <SignInFrame title="Choose a password">
            <form method="post" action=PASSWORD>
                <input type="hidden" name="csrf" value=csrf/>
                <Stack>
                    {problem}
                    {field("current", "Password until now", "current-password")}
                    {field("new", "New password", "new-password")}
                    {field("again", "New password again", "new-password")}
                    <Button kind=ButtonKind::Primary size=ButtonSize::Large wide=true submit=true>"Change password"</Button>
                </Stack>
            </form>
            <form method="post" action="/sign-out">
                <input type="hidden" name="csrf" value=me().with_value(|me| me.csrf.clone())/>
                <Button kind=ButtonKind::Plain wide=true submit=true>"Sign out"</Button>
            </form>
        </SignInFrame>
    }
}

const NEW_HELP: &str = "At least 8 characters; a sentence is easy to keep.";

#[component]
fn Credentials(
    action: &'static str,
    button: &'static str,
    autocomplete: &'static str,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let told = |name: &str| query.get(name).unwrap_or_default();
    let problem =
        query.get("problem").map(|text| view! { <Note tone=Tone::Bad alert=true>{text}</Note> });
    let (email, password) = (RwSignal::new(told("email")), RwSignal::new(String::new()));
    let is_new = autocomplete == "new-password";
    let help = is_new.then(|| NEW_HELP.to_owned());
    view! {
        <form method="post" action=action>
            <input type="hidden" name="next" value=told("next")/>
            <input type="hidden" name="token" value=told("token")/>
            <Stack>
                {problem}
                <Field label="E-mail" name="email">
                    <TextInput name="email" kind="email" value=email large=true autocomplete="username"/>
                </Field>
                <Field label="Password" name="password" help=help>
                    <TextInput name="password" kind="password" value=password large=true autocomplete/>
                </Field>
                <Button kind=ButtonKind::Primary size=ButtonSize::Large wide=true submit=true>{button}</Button>
            </Stack>
        </form>
    }
}
