//! The control plane over the real database and a cluster that is played: what is decided, kept, refused and told. All in
//! one program, so that they are linked once.

mod assets;
mod clock;
mod cycles;
mod entrusted;
mod estimates;
mod fixes;
mod looks;
mod organisation;
mod preemption;
mod pruning;
mod rules;
mod sessions;
mod trouble;
mod volumes;
mod what_if;
