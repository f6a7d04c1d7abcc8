//! Clusters written as text, a line a thing, and answers read as text:
//!
//! ```text
//! pool a100 gpu=spread
//! node n1 gpus=8x80 cpu=64 memory=512 pool=a100 type=big taint=team label.zone=north has.rdma/hca=2 ready=no
//! department research gpus=8 gpus.a100=4
//! project vision department=research gpus=4 limit=6 pools=a100,default
//! job train project=vision gpus=2 cpu=4 memory=8 priority=low preemptible on=n1:0,1 affinity=zone:In:north tolerate=team
//! probe project=vision part=0.5
//! ```
//!
//! A job with `pods=3` is a gang, with `pods=3 min=2` an elastic one: two are needed, one more is welcome.
//! Amounts are GPUs, cores and GB. What nobody mentions is unlimited, ready, 16 cores and 64 GB for
//! a node, one core and 1 GB for a job. Without a pool there is the default pool; without a project
//! the job is of project `p`; nodes without a pool are of the default pool. Jobs are numbered and
//! dated by their place in the text.

#![allow(dead_code, unused_imports, reason = "each test file uses a part of it")]

mod answer;
pub mod random;
mod read;
pub mod sides;

pub use answer::{line, reasons, story, told};
pub use read::{Cluster, new_job, now, read};
