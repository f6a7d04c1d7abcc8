//! How a page gets the browser's program, which wakes it up.

use leptos::{nonce::Nonce, prelude::*};

/// Loads a program and draws the page with it. What does not come is asked for again for half a minute: some browsers break off
/// what they load whenever the network of their machine changes, and a container that starts there is enough of a change. A
/// script that did not come once is another one to the browser then.
const START: &str = "async name=>{const load=async again=>{const program=await import(`/pkg/${name}.js${again}`);\
    await program.default({module_or_path:`/pkg/${name}.wasm`});return program};\
    let program;for(let n=0;!program;n++)try{program=await load(n?`?${n}`:'')}\
    catch(why){if(n>6)throw why;await new Promise(go=>setTimeout(go,250*2**n))}\
    program.hydrate()}";

/// The program with this name, and how it begins.
#[component]
pub fn Program(name: &'static str, nonce: Option<Nonce>) -> impl IntoView {
    let (script, program) = (format!("/pkg/{name}.js"), format!("/pkg/{name}.wasm"));
    view! {
        <link rel="modulepreload" href=script crossorigin="anonymous"/>
        <link rel="preload" href=program r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=nonce>{format!("({START})({name:?})")}</script>
    }
}
