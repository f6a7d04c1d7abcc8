//! Signing in, and the welcome of the first administrator: plain forms that need no scripts.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    layout::SignInFrame,
    ui::{Button, ButtonKind, ButtonSize, Field, Note, Stack, TextInput, Tone},
};

/// Where people sign in.
pub const PAGE: &str = "/sign-in";
/// Where the first administrator is made.
pub const FIRST: &str = "/welcome";

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
    let help = is_new.then(|| "At least 8 characters; a sentence is easy to keep.".to_owned());
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
