//! Submissions as command lines, and back.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FLAGS, command, process, read};
use crate::submission::Submission;

const EVERY_FIELD: &str = include_str!("../every-field.json");

fn told(spec: Value) -> String {
    let made = command("nb", "vision", &Submission::from_spec(spec).unwrap());
    format!("{}\nleft out: {}", made.text, made.left_out.join(", "))
}

#[test]
fn a_notebook_is_one_command() {
    let spec = json!({
        "image": "jupyter/scipy-notebook", "command": "start-notebook.sh", "args": "--port=8888 --debug",
        "compute": {"gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 0.5, "largeShmRequest": true},
        "environmentVariables": [
            {"name": "MODE", "value": "it's a test"},
            {"name": "HF", "secret": {"name": "hf", "key": "token"}}],
        "exposedUrls": [{"container": 8888, "authorizedUsers": ["a@b.c", "d@e.f"]}],
        "storage": {
            "pvc": [{"path": "/w", "existingPvc": false, "ephemeral": true,
                     "claimInfo": {"size": "10G", "storageClass": "fast", "accessModes": {"readWriteOnce": true}}}],
            "nfs": [{"server": "n", "path": "/e", "mountPath": "/n", "readOnly": false}]},
        "terminationGracePeriodSeconds": 30,
    });
    insta::assert_snapshot!(told(spec), @r"
    berth workspace submit nb \
      --project vision \
      --image jupyter/scipy-notebook \
      --environment-variable 'MODE=it'\''s a test' \
      --env-secret HF=hf,key=token \
      --gpu-devices-request 1 \
      --gpu-request-type portion \
      --gpu-portion-request 0.5 \
      --large-shm \
      --termination-grace-period 30s \
      --new-pvc storageclass=fast,size=10G,path=/w,accessmode-rwo,ephemeral \
      --nfs path=/e,server=n,mountpath=/n,readwrite \
      --external-url container=8888,authusers=a@b.c,authusers=d@e.f \
      --command \
      -- start-notebook.sh --port=8888 --debug
    left out:
    ");
}

#[test]
fn what_a_shell_would_change_is_quoted() {
    let spec = json!({
        "image": "-x", "args": "--NotebookApp.token='' $HOME", "stdin": false, "workingDir": "/a b",
        "storage": {"hostPath": [{"path": "/a,b", "mountPath": "/say \"hi\"", "readOnly": true}]},
    });
    insta::assert_snapshot!(told(spec), @r#"
    berth workspace submit nb \
      --project vision \
      --image=-x \
      --arguments='--NotebookApp.token='\'''\'' $HOME' \
      --working-dir '/a b' \
      --stdin=false \
      --host-path '"path=/a,b","mount=/say ""hi""",readwrite=false'
    left out:
    "#);
}

#[test]
fn every_field_has_a_flag_or_is_named() {
    insta::assert_snapshot!(told(serde_json::from_str(EVERY_FIELD).unwrap()), @r"
    berth workspace submit nb \
      --project vision \
      --image jupyter/base-notebook \
      --image-pull-policy Always \
      --image-pull-my-credentials name=registry \
      --working-dir /home/ada \
      --create-home-dir \
      --stdin \
      --tty \
      --readiness-probe path=/api,port=8888,host=localhost,scheme=HTTP,delay=0,period=10,timeout=1,successes=1,failures=3 \
      --environment-variable PLAIN=a \
      --env-secret SECRET=s,key=k \
      --env-config-map CONFIG=c,key=k \
      --env-pod-field-ref FIELD=metadata.name \
      --env-my-credentials name=CREDENTIAL,credential-name=u,key=k \
      --env-my-credentials name=INHERITED,exclude \
      --gpu-devices-request 1 \
      --gpu-request-type portion \
      --gpu-portion-request 0.5 \
      --gpu-portion-limit 1.0 \
      --gpu-memory-request 10G \
      --gpu-memory-limit 20G \
      --cpu-core-request 0.5 \
      --cpu-core-limit 4.0 \
      --cpu-memory-request 1G \
      --cpu-memory-limit 4G \
      --large-shm \
      --extended-resource rdma.example.com/port=1 \
      --priority medium-low \
      --preemptibility preemptible \
      --node-pools a100 \
      --node-pools default \
      --node-type dgx \
      --toleration operator=Equal,key=gpu,value=busy,effect=NoExecute,seconds=30,name=gpu \
      --toleration operator=Exists,key=spot,effect=Any \
      --preferred-pod-topology-key topology.kubernetes.io/zone \
      --termination-grace-period 60s \
      --terminate-after-preemption \
      --backoff-limit 3 \
      --restart-policy OnFailure \
      --auto-deletion-time-after-completion 3600s \
      --category Build \
      --annotation example.com/owner=vision \
      --label paper=pose \
      --new-pvc claimname=work,storageclass=standard,size=10G,path=/workspace,accessmode-rwo,accessmode-rom=false,accessmode-rwm=false,ro=false,ephemeral,volume-mode=Filesystem,data-sharing=false,name=work \
      --existing-pvc claimname=team-data,path=/team \
      --datavolume name=00000000-0000-4000-8000-000000000000,mountpath=/shared \
      --nfs path=/export,server=files.example.org,mountpath=/nfs,readwrite=false,name=nfs \
      --host-path path=/mnt/data,mount=/host,mount-propagation=HostToContainer,readwrite=false,name=host \
      --git-sync name=code,repository=https://git.example.org/a.git,path=/code,secret=git,rev=v1,branch=main,authentication=password,user-key=u,password-key=p \
      --git-sync repository=git@git.example.org:b.git,path=/old \
      --s3 name=s3,bucket=b,path=/s3,accesskey=keys,url=https://s3.example.org,id-key=AccessKeyId,secret-key=SecretKey \
      --configmap-map-volume name=settings,path=/etc/app,subpath=app.properties,default-mode=0644,item=settings \
      --secret-volume path=/secret,name=s,default-mode=0400,item=s \
      --empty-dir-volume name=tmp,path=/scratch,medium=Memory,size-limit=1Gi \
      --external-url container=8888,url=https://nb.example.org,authusers=ada@example.org,access=authorizedUsers,tool=jupyter-notebook,tool-name=Jupyter,name=jupyter \
      --external-url container=8889,authgroups=vision,access=authorizedGroups \
      --port service-type=NodePort,container=22,external=30022,tool=custom,tool-name=SSH,name=ssh \
      --related-url url=https://wandb.example.org/r/1,type=wandb,name=run \
      --user-group-source custom \
      --run-as-uid 1000 \
      --run-as-gid 100 \
      --supplemental-groups 20,30 \
      --run-as-non-root \
      --allow-privilege-escalation=false \
      --read-only-root-filesystem \
      --capability CHOWN \
      --capability SYS_PTRACE \
      --seccomp-profile RuntimeDefault \
      --host-ipc=false \
      --host-network=false \
      --command \
      -- start-notebook.sh --port=8888
    left out: environmentVariables[0].description, nodeAffinityRequired.nodeSelectorTerms, storage.pvc[0].claimInfo.addedAttrValues, storage.git[1].passwordSecret, storage.git[1].secretKeyOfPassword, storage.git[1].secretKeyOfUser
    ");
}

#[test]
fn what_is_wrong_is_said_at_its_flag() {
    let given = [
        ("gpu-devices-request", "two"),
        ("gpu-portion-request", "NaN"),
        ("priority", "urgent"),
        ("large-shm", "yes"),
        ("termination-grace-period", "30"),
        ("nfs", "path=/a,host=n"),
        ("nfs", "\"path=/a"),
        ("nfs", "\"path=/a\"b"),
        ("nfs", "path"),
        ("nfs", "readwrite=maybe"),
        ("port", "container=http"),
        ("label", "paper"),
        ("colour", "red"),
    ];
    let wrong = read(given).unwrap_err();
    let wrong: Vec<_> = wrong.iter().map(|p| format!("{}: {}", p.field, p.message)).collect();
    insta::assert_snapshot!(wrong.join("\n"), @r#"
    --gpu-devices-request: must be a whole number
    --gpu-portion-request: must be a number
    --priority: must be one of very-low, low, medium-low, medium, medium-high, high, very-high
    --large-shm: must be true or false
    --termination-grace-period: must be a span of time such as 30s, 5m or 1h30m
    --nfs: there is no "host" in it; there is path, server, mountpath, readwrite, name, exclude
    --nfs: the closing quote is missing
    --nfs: after a closing quote there must be a comma
    --nfs: path needs a value: path=…
    --nfs: readwrite must be true or false
    --port: container must be a whole number
    --label: "paper" must be NAME=VALUE
    --colour: there is no such flag
    "#);
}

#[test]
fn words_after_two_dashes_are_arguments_or_an_entry_point() {
    let told = |words: &[&str], is_entry_point| {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        format!("{:?}", process(&words, is_entry_point))
    };
    let told = [
        told(&[], true),
        told(&["bash"], true),
        told(&["bash", "-c", "sleep 1"], true),
        told(&["--base=${X}", "--token="], false),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    []
    [("entry-point", "bash")]
    [("entry-point", "bash"), ("arguments", "-c 'sleep 1'")]
    [("arguments", "'--base=${X}' --token=")]
    "#);
}

#[test]
fn a_flag_has_one_name_and_each_path_is_a_field_of_the_spec() {
    let names: BTreeSet<_> = FLAGS.iter().map(|flag| flag.name).collect();
    assert_eq!(names.len(), FLAGS.len());
    let all: Value = serde_json::from_str(EVERY_FIELD).unwrap();
    let unknown: Vec<_> = FLAGS
        .iter()
        .filter(|flag| super::item::at(&all, flag.path).is_none() && flag.name != "privileged")
        .map(|flag| flag.name)
        .collect();
    assert_eq!(unknown, Vec::<&str>::new());
}
