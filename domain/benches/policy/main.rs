//! How long policies take, against what was promised: `cargo bench -p domain --bench policy
//! --features policy-yaml`. Ends with 1 when a promise is broken.

mod full;

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use domain::policy::{Effective, Layer, evaluate, read_text, resolve};

use full::{WORKSPACE, chain, leaves, submission};

fn main() -> ExitCode {
    let chain = chain();
    let rules: usize = chain.iter().map(|layer| layer.document.rules.len()).sum();
    let effective = Effective::of(WORKSPACE, &chain);
    let submission = submission();
    println!("{} policies, {rules} rules, {} fields submitted", chain.len(), leaves(&submission));
    let kept = [
        promise(
            "resolve and evaluate one submission",
            20_000,
            0.99,
            Duration::from_micros(100),
            || {
                let resolution = resolve(&effective, &submission, &|_| None);
                black_box(evaluate(&resolution).len() + usize::from(resolution.spec().is_object()));
            },
        ),
        promise(
            "the same, reconciling the policies first",
            5_000,
            0.99,
            Duration::from_micros(200),
            || {
                let effective = Effective::of(WORKSPACE, &chain);
                black_box(evaluate(&resolve(&effective, &submission, &|_| None)).len());
            },
        ),
        promise(
            "5000 projects after a change of the account",
            5,
            1.0,
            Duration::from_secs(1),
            || {
                black_box(recompute(&chain));
            },
        ),
        refusal("a text of 1 MB", &format!("a: {}", "x".repeat(1 << 20))),
        refusal("1000 levels", &format!("{}{}", "[".repeat(1_000), "]".repeat(1_000))),
        refusal("256 kB of brackets", &"[".repeat(256 << 10)),
        refusal("256 kB of dashes", &"- ".repeat(128 << 10)),
        refusal("exploding anchors", &anchors()),
        refusal("9000 keys", &(0..9_000).map(|n| format!("k{n}: 1\n")).collect::<String>()),
    ];
    if kept.iter().all(|kept| *kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures, and prints the median and the quantile that was promised.
fn promise(what: &str, times: usize, quantile: f64, most: Duration, mut run: impl FnMut()) -> bool {
    run();
    let mut took: Vec<Duration> = (0..times)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect();
    took.sort();
    let at = |quantile: f64| took[((took.len() - 1) as f64 * quantile) as usize];
    let slow = at(quantile);
    let verdict = if slow <= most { "kept" } else { "BROKEN" };
    println!(
        "{what}: median {:?}, p{:.0} {slow:?}, promised {most:?}: {verdict}",
        at(0.5),
        quantile * 100.0
    );
    slow <= most
}

fn refusal(what: &str, text: &str) -> bool {
    promise(&format!("refuse {what}"), 20, 1.0, Duration::from_millis(100), || {
        assert!(!read_text(text, WORKSPACE).errors.is_empty());
    })
}

fn anchors() -> String {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (one, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        text += &format!("{next}: &{next} [{}]\n", vec![format!("*{one}"); 9].join(", "));
    }
    text
}

/// One account, one cluster, 50 departments with 100 projects each; every scope has a policy.
fn recompute(chain: &[Layer]) -> usize {
    let [system, account, cluster, department, project] = chain else { return 0 };
    let cluster = Effective::of(WORKSPACE, [system, account, cluster]);
    let mut rules = 0;
    for _ in 0..50 {
        let department = cluster.below(department);
        let projects: Vec<_> = (0..100).map(|_| department.below(project)).collect();
        rules += projects.iter().map(|project| project.rules.len()).sum::<usize>();
    }
    rules
}
