//! Takes out of the browser's program what it never calls but the compiler cannot see to be dead, because
//! a pointer to it lies beside each view whose type is erased. A function taken out traps when it is called,
//! and what only it needed goes with it.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig};

/// Leptos can wake a page up in pieces (`hydrate_lazy`); ours wake up whole. Of an erased view's way to do
/// it, these are the function itself and the state machine that it makes, whose address lies in the data
/// beside the others'. Not what lies deeper: the compiler may have merged smaller functions with others
/// that are called.
const NEVER_CALLED: [&str; 2] =
    ["into_any13hydrate_async17h", "into_any13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h"];

/// Reads a compiled program and empties the functions that are never called. Fails when there are none:
/// then Leptos has other names for them, and the program has silently become larger.
pub fn snipped(compiled: &Path) -> Result<Module> {
    // As wasm-bindgen reads it itself: the compiler's output needs no second proof.
    let mut module = ModuleConfig::new()
        .strict_validate(false)
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse_file(compiled)
        .with_context(|| format!("could not read {}", compiled.display()))?;
    let dead: Vec<FunctionId> = module
        .funcs
        .iter()
        .filter(|function| function.name.as_deref().is_some_and(is_never_called))
        .map(|function| function.id())
        .collect();
    ensure!(!dead.is_empty(), "found no function to take out of the browser's program");
    for id in dead {
        empty(&mut module, id);
    }
    Ok(module)
}

fn is_never_called(name: &str) -> bool {
    NEVER_CALLED.iter().any(|never| name.contains(never))
}

fn empty(module: &mut Module, id: FunctionId) {
    let signature = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (signature.params().to_vec(), signature.results().to_vec());
    let arguments = params.iter().map(|kind| module.locals.add(*kind)).collect();
    let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
    body.func_body().unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(arguments));
}
