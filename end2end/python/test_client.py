"""The official client, unmodified, works with Berth: it signs in, makes an organisation and a
workspace, follows it through its life, and its typed models accept every answer.

    python3 -m venv VENV && VENV/bin/pip install -r end2end/python/requirements.txt
    BERTH_BIN=target/debug/berth VENV/bin/python -m unittest discover end2end/python
"""

import os
import subprocess
import tempfile
import time
import unittest

from runai import models
from runai.api_client import ApiClient
from runai.configuration import Configuration
from runai.exceptions import ApiException
from runai.runai_client import RunaiClient

CLIENT_ID = "ci-bot"
CLIENT_SECRET = "a secret of this test alone"
# Images come in milliseconds rather than seconds.
SIMULATION = "speed = 20\n"
PATIENCE_SECS = 30


class Berth:
    """A server with a data folder of its own; it ends with the test."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        simulation = os.path.join(self.folder.name, "simulation.toml")
        with open(simulation, "w", encoding="utf-8") as file:
            file.write(SIMULATION)
        data = os.path.join(self.folder.name, "data")
        binary = os.environ.get("BERTH_BIN", "berth")
        command = [binary, "serve", "--cluster", "simulated", "--data", data, "--listen", "127.0.0.1:0"]
        environment = {
            **os.environ,
            "BERTH_BOOTSTRAP_CLIENT_ID": CLIENT_ID,
            "BERTH_BOOTSTRAP_CLIENT_SECRET": CLIENT_SECRET,
        }
        self.process = subprocess.Popen(
            [*command, "--simulation", simulation],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        first = self.process.stdout.readline()
        if not first.startswith("listening on "):
            self.stop()
            raise RuntimeError(f"{binary} did not start; its first line was {first!r}")
        self.url = first.removeprefix("listening on ").strip()

    def client(self, secret=CLIENT_SECRET):
        return RunaiClient(
            ApiClient(
                Configuration(
                    client_id=CLIENT_ID,
                    client_secret=secret,
                    runai_base_url=self.url,
                    retry_enabled=False,
                )
            )
        )

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=15)
        self.process.stdout.close()
        self.folder.cleanup()


class ClientTest(unittest.TestCase):
    """Each test has a name of its own for what it makes, for they share the server."""

    @classmethod
    def setUpClass(cls):
        cls.berth = Berth()
        cls.addClassCleanup(cls.berth.stop)
        cls.client = cls.berth.client()
        organizations = cls.client.organizations
        cls.cluster = organizations.clusters.get_clusters().data[0]["uuid"]
        cls.pools = organizations.node_pools.get_nodepools().data["nodepools"]
        projects = organizations.projects.get_projects().data["projects"]
        cls.project = next(p["id"] for p in projects if p["name"] == "default")

    # Making things.

    def quota(self, gpus):
        """What a department or a project is promised in the pool `default`."""
        pool = self.pools[0]
        return [
            models.ResourcesNullable(
                node_pool=models.ResourcesNodePool(id=str(pool["id"]), name=pool["name"]),
                gpu=models.NonNullResource(deserved=gpus, limit=gpus, over_quota_weight=1),
                cpu=models.Resource(deserved=8000, limit=None, over_quota_weight=1),
                memory=models.ResourcesMemory(deserved=32000, units="MB", over_quota_weight=1),
            )
        ]

    def spec(self):
        return models.WorkspaceSpecSpec(
            image="jupyter/base-notebook",
            command="start-notebook.sh",
            args="--NotebookApp.token=''",
            compute=models.SupersetSpecAllOfCompute(
                gpu_devices_request=1,
                gpu_request_type="portion",
                gpu_portion_request=0.5,
                cpu_core_request=0.5,
                cpu_memory_request="200M",
            ),
            exposed_urls=[models.ExposedUrl(container=8888, name="jupyter")],
            environment_variables=[
                models.EnvironmentVariable(name="GREETING", value="hello, world")
            ],
        )

    def create(self, name, spec=None, project=None):
        request = models.WorkspaceCreationRequest(
            name=name,
            project_id=project or self.project,
            cluster_id=self.cluster,
            spec=spec or self.spec(),
        )
        made = self.client.workloads.workspaces.create_workspace1(request)
        self.assertEqual(made.status_code, 202)
        self.assertIsNotNone(models.Workspace1.from_dict(made.data))
        return made.data["workloadId"]

    def phase(self, workload):
        return self.client.workloads.workloads.get_workload(workload).data["phase"]

    def wait_for(self, workload, wanted):
        """Asks again and again, as scripts do."""
        end = time.monotonic() + PATIENCE_SECS
        while (phase := self.phase(workload)) != wanted:
            if time.monotonic() > end:
                self.fail(f"{workload} is {phase}, not {wanted}, after {PATIENCE_SECS} s")
            time.sleep(0.1)

    def assert_refused(self, status, call):
        with self.assertRaises(ApiException) as refused:
            call()
        self.assertEqual(refused.exception.status, status)
        return refused.exception

    # The stories.

    def test_a_wrong_secret_is_refused_with_a_sentence(self):
        with self.assertRaises(Exception) as refused:
            self.berth.client(secret="another").organizations.clusters.get_clusters()
        self.assertIn("secret", str(refused.exception))

    def test_clusters_node_pools_and_nodes(self):
        organizations = self.client.organizations
        clusters = organizations.clusters.get_clusters().data
        self.assertEqual(len(clusters), 1)
        self.assertIsNotNone(models.DisplayedCluster.from_dict(clusters[0]))
        one = organizations.clusters.get_cluster_by_uuid(cluster_uuid=self.cluster).data
        self.assertEqual(one["uuid"], self.cluster)
        self.assertTrue(self.pools)
        for pool in self.pools:
            self.assertIsNotNone(models.Nodepool.from_dict(pool))
        nodes = organizations.nodes.get_tenant_nodes().data["nodes"]
        for node in nodes:
            self.assertIsNotNone(models.Node.from_dict(node))
        self.assertEqual(organizations.nodes.count_tenant_nodes().data["count"], len(nodes))

    def test_departments_and_projects(self):
        organizations = self.client.organizations
        department = organizations.departments.create_department(
            models.DepartmentCreationRequest(
                name="vision", cluster_id=self.cluster, resources=self.quota(1)
            )
        )
        self.assertEqual(department.status_code, 201)
        for listed in organizations.departments.get_departments().data["departments"]:
            self.assertIsNotNone(models.DepartmentForList.from_dict(listed))
        project = organizations.projects.create_project(
            models.ProjectCreationRequest(
                name="segmentation",
                cluster_id=self.cluster,
                parent_id=department.data["id"],
                resources=self.quota(1),
            )
        )
        self.assertEqual(project.status_code, 201)
        got = organizations.projects.get_project(project_id=project.data["id"]).data
        resources = [models.Resources.from_dict(one) for one in got["resources"]]
        self.assertEqual(resources[0].gpu.deserved, 1)
        self.assertIsNotNone(models.TotalResources.from_dict(got["totalResources"]))
        self.assertIsNotNone(models.ProjectStatus.from_dict(got["status"]))
        self.assertEqual(got["parentId"], department.data["id"])
        found = organizations.projects.get_projects(filter_by=["name==segmentation"]).data
        self.assertEqual([p["name"] for p in found["projects"]], ["segmentation"])
        self.create("in-segmentation", project=project.data["id"])
        again = models.ProjectCreationRequest(
            name="segmentation", cluster_id=self.cluster, resources=self.quota(0)
        )
        self.assert_refused(409, lambda: organizations.projects.create_project(again))

    def test_the_life_of_a_workspace(self):
        workloads = self.client.workloads
        workload = self.create("life")
        self.wait_for(workload, "Running")

        got = workloads.workspaces.get_workspace(workload_id=workload)
        workspace = models.Workspace1.from_dict(got.data)
        self.assertEqual(workspace.spec.compute.gpu_portion_request, 0.5)
        self.assertEqual(workspace.spec.environment_variables[0].value, "hello, world")
        detail = models.WorkloadDetailed.from_dict(workloads.workloads.get_workload(workload).data)
        self.assertEqual(detail.phase, "Running")
        self.assertEqual(detail.allocated_resources.gpu, 0.5)

        pods = workloads.pods.get_workload_pods(workload).data["pods"]
        self.assertEqual(len(pods), 1)
        self.assertIsNotNone(models.Pod1.from_dict(pods[0]))
        self.assertIn(pods[0]["id"], [p["id"] for p in workloads.pods.list_pods().data["pods"]])

        workloads.workspaces.suspend_workspace(workload)
        self.wait_for(workload, "Stopped")
        workloads.workspaces.resume_workspace(workload)
        self.wait_for(workload, "Running")

        events = workloads.events.get_workload_events(workload).data["events"]
        self.assertTrue(events)
        for event in events:
            self.assertIsNotNone(models.Event1.from_dict(event))
        records = workloads.events.get_workload_history(workload).data["records"]
        self.assertEqual({"Event", "PhaseUpdate"}, {r["meta"]["type"] for r in records})
        for record in records:
            self.assertIsNotNone(models.HistoryRecord.from_dict(record))

    def test_lists_are_filtered_sorted_and_paged(self):
        api = self.client.workloads.workloads
        for name in ("list-b", "list-c", "list-a"):
            self.create(name, models.WorkspaceSpecSpec(image="jupyter/base-notebook"))
        names, offset = [], 0
        while offset is not None:
            page = api.get_workloads(
                filter_by=["name=^list-", "type==Workspace"],
                sort_by="name",
                sort_order="desc",
                limit=2,
                offset=offset,
            ).data
            for item in page["workloads"]:
                self.assertIsNotNone(models.Workload.from_dict(item))
            names += [item["name"] for item in page["workloads"]]
            offset = page.get("next")
        self.assertEqual(names, ["list-c", "list-b", "list-a"])
        self.assertEqual(api.count_workloads(filter_by=["name=^list-"]).data["count"], 3)
        refused = self.assert_refused(400, lambda: api.get_workloads(filter_by=["colour==red"]))
        self.assertIn("colour", refused.body)

    def test_a_batch_deletes_what_is_there_and_names_what_is_not(self):
        workload = self.create("batch", models.WorkspaceSpecSpec(image="jupyter/base-notebook"))
        missing = "00000000-0000-4000-8000-000000000000"
        batch = models.WorkloadBatch(ids=[workload, missing], action="delete")
        answer = self.client.workloads.workloads_batch.batch_workloads(batch).data
        self.assertIsNotNone(models.BatchResponse.from_dict(answer))
        self.assertEqual(answer["succeeded"], [workload])
        self.assertEqual([failed["id"] for failed in answer["failed"]], [missing])
        end = time.monotonic() + PATIENCE_SECS
        api = self.client.workloads.workspaces
        while time.monotonic() < end:
            try:
                api.get_workspace(workload_id=workload)
            except ApiException as gone:
                self.assertEqual(gone.status, 404)
                return
            time.sleep(0.1)
        self.fail("the workspace is still there")


    # Credentials, data volumes, storage classes, templates of assets.

    def meta(self, name):
        return models.AssetCreationRequest(
            name=name, scope="project", project_id=int(self.project)
        )

    def test_credentials_of_every_kind_live_and_end(self):
        api = self.client.workload_assets.credentials
        secret = "planted by the client"
        kinds = [
            (
                "password",
                models.PasswordCreationRequest(
                    meta=self.meta("c-password"),
                    spec=models.PasswordCreationSpec(user="ada", password=secret),
                ),
            ),
            (
                "access_key",
                models.AccessKeyCreationRequest(
                    meta=self.meta("c-access-key"),
                    spec=models.AccessKeyCreationSpec(access_key_id="a", secret_access_key=secret),
                ),
            ),
            (
                "docker_registry",
                models.DockerRegistryCreationRequest(
                    meta=self.meta("c-docker-registry"),
                    spec=models.DockerRegistryCreationSpec(
                        url="https://r.example.com", user="ada", password=secret
                    ),
                ),
            ),
        ]
        for kind, request in kinds:
            made = getattr(api, f"create_{kind}")(request)
            self.assertEqual(made.status_code, 202)
            asset = made.data["meta"]["id"]
            listed = api.list_credentials_assets(
                project_id=int(self.project), usage_info=True
            ).data
            self.assertIsNotNone(models.CredentialsListResponse.from_dict(listed))
            self.assertNotIn(secret, str(listed) + str(made.data))
            getattr(api, f"delete_{kind}")(asset)

    def test_assets_of_every_kind_live_and_end(self):
        """Made, listed, read, changed and deleted, each with the client's own calls and models."""
        assets = self.client.workload_assets
        mounted = {"mount_path": "/data"}
        kinds = [
            (assets.environment, "environment_asset", models.EnvironmentAssetSpec(image="own/image:1")),
            (assets.compute, "compute_asset", models.ComputeAssetSpec(gpu_devices_request=2, cpu_core_request=1)),
            (assets.git, "git_asset", models.GitAssetSpec(repository="https://git.example.com/a", path="/code")),
            (assets.nfs, "nfs_asset", models.NFSAssetSpec(server="nfs.example.com", path="/export", **mounted)),
            (assets.s3, "s3_asset", models.S3AssetSpec(bucket="b", url="https://s3.example.com", path="/bucket")),
            (
                assets.pvc,
                "pvc_asset",
                models.PVCAssetSpec(
                    path="/claim", existing_pvc=False, claim_info=models.ClaimInfo(size="10G")
                ),
            ),
            (assets.config_map, "config_map_asset", models.ConfigMapAssetSpec(config_map="settings", **mounted)),
        ]
        for api, call, spec in kinds:
            with self.subTest(call):
                name = call.replace("_", "-")
                request = getattr(models, type(spec).__name__.replace("AssetSpec", "CreationRequest"))
                made = getattr(api, f"create_{call}")(request(meta=self.meta(name), spec=spec))
                self.assertIn(made.status_code, (200, 201, 202))
                asset = made.data["meta"]["id"]
                listed = getattr(api, f"list_{call}s")(project_id=int(self.project)).data["entries"]
                self.assertIn(name, [entry["meta"]["name"] for entry in listed])
                read = getattr(api, f"get_{call}_by_id")(asset).data
                self.assertEqual(read["meta"]["name"], name)
                deleted = getattr(api, f"delete_{call}_by_id")(asset)
                self.assertIn(deleted.status_code, (200, 202, 204))
                with self.assertRaises(ApiException) as gone:
                    getattr(api, f"get_{call}_by_id")(asset)
                self.assertEqual(gone.exception.status, 404)

    def test_a_registry_lives_and_ends(self):
        api = self.client.workload_assets.registry
        spec = models.RegistrySpec(
            url="https://registry.example.com", credential_kind="password", user="reader", password="p"
        )
        request = models.RegistryCreationRequest(meta=self.meta("own-registry"), spec=spec)
        made = api.create_registry(request).data
        listed = api.list_registries().data
        self.assertIn("own-registry", str(listed))
        api.delete_registry(made["meta"]["id"])

    def test_types_categories_and_priorities_refer_to_each_other(self):
        api = self.client.workloads.workload_properties
        types = models.ListWorkloadTypes200Response.from_dict(api.list_workload_types().data).types
        categories = models.ListCategories200Response.from_dict(api.list_categories().data).categories
        priorities = models.GetWorkloadPriorities200Response.from_dict(
            api.get_workload_priorities().data
        ).priorities
        workspace = next(kind for kind in types if kind.name == "Workspace")
        self.assertEqual(api.get_category_by_id(workspace.category_id).data["name"], "Build")
        self.assertIn(workspace.category_id, [category.id for category in categories])
        own = next(priority for priority in priorities if priority.id == workspace.priority_id)
        self.assertEqual((own.name, own.value), ("high", 125))
        self.assertEqual(api.get_workload_type(workspace.id).data["name"], "Workspace")
        self.assertEqual(sorted(p.value for p in priorities), [25, 40, 65, 80, 90, 125, 150])

    def test_a_data_volume_is_shared(self):
        api = self.client.datavolumes.datavolumes
        fields = models.DatavolumeCreationFields(
            name="corpus", origin_pvc_name="data", project_id=str(self.project)
        )
        made = api.create_datavolume(fields).data
        self.assertIsNotNone(models.Datavolume.from_dict(made))
        listed = api.get_datavolumes(request_type="Originated").data
        self.assertIsNotNone(models.GetDatavolumes200Response.from_dict(listed))
        share = models.SharedScopesPatchRequest(
            add=[models.SharedScopeBase(scope_type="cluster", scope_id=str(self.cluster))],
            remove=[],
        )
        places = api.patch_datavolume_shared_scopes(made["id"], share).data
        self.assertEqual([place["scopeType"] for place in places], ["cluster"])
        api.delete_datavolume(made["id"])

    def test_storage_classes_are_listed(self):
        api = self.client.workload_assets.storage_classes
        listed = api.get_storage_classes_v2(cluster_id=str(self.cluster)).data
        self.assertIsNotNone(models.StorageClassesV2.from_dict(listed))
        self.assertIn("standard", [item["storageClassName"] for item in listed["items"]])

    # People and what they may.

    def as_client(self, client_id, secret):
        return RunaiClient(
            ApiClient(
                Configuration(
                    client_id=client_id,
                    client_secret=secret,
                    runai_base_url=self.berth.url,
                    retry_enabled=False,
                )
            )
        )

    def give(self, subject, kind, role, project):
        roles = self.client.authentication_and_authorization.roles.get_roles_v1().data
        for listed in roles:
            self.assertIsNotNone(models.RoleV1.from_dict(listed))
        role_id = next(one["id"] for one in roles if one["name"] == role)
        fields = models.AccessRuleCreationFields(
            subject_id=subject,
            subject_type=kind,
            role_id=role_id,
            scope_id=project,
            scope_type="project",
        )
        api = self.client.authentication_and_authorization.access_rules
        made = api.create_access_rule(fields)
        self.assertEqual(made.status_code, 201)
        self.assertIsNotNone(models.AccessRule.from_dict(made.data))
        return made.data["id"]

    def test_users_live_and_end(self):
        api = self.client.authentication_and_authorization.users
        request = models.UserCreationRequest1(email="mara@example.org", reset_password=False)
        made = api.create_user(request)
        self.assertEqual(made.status_code, 201)
        self.assertIsNotNone(models.UserPostResponse.from_dict(made.data))
        for listed in api.get_users().data:
            self.assertIsNotNone(models.User2.from_dict(listed))
        user = made.data["id"]
        self.assertEqual(api.get_user_by_id(user).data["username"], "mara@example.org")
        self.assert_refused(409, lambda: api.create_user(request))
        rule = self.give("mara@example.org", "user", "AI practitioner", self.project)
        rules = self.client.authentication_and_authorization.access_rules
        page = rules.get_access_rules(subject_ids=["mara@example.org"]).data
        self.assertIsNotNone(models.GetAccessRules200Response.from_dict(page))
        self.assertEqual([one["id"] for one in page["accessRules"]], [rule])
        self.assertIn("tempPassword", api.reset_user_password(user).data)
        self.assertEqual(api.logout_user(user).status_code, 200)
        self.assertEqual(api.delete_user_by_id(user).status_code, 204)
        self.assert_refused(404, lambda: rules.get_access_rule(rule))

    def test_a_service_account_works_in_its_project_and_nowhere_else(self):
        api = self.client.authentication_and_authorization.service_accounts
        made = api.create_service_account(
            models.ServiceAccountCreationRequest(name="nightly")
        ).data
        self.assertIsNotNone(models.ServiceAccountPostResponse.from_dict(made))
        self.assertIsNotNone(
            models.ServiceAccount.from_dict(api.get_service_account_by_id(made["id"]).data)
        )
        self.give(made["clientId"], "app", "L1 researcher", self.project)
        own = self.as_client(made["clientId"], made["clientSecret"])
        projects = own.organizations.projects.get_projects().data["projects"]
        self.assertEqual([one["id"] for one in projects], [self.project])
        me = own.authentication_and_authorization.me.get_me_access_rules().data
        self.assertIsNotNone(models.MeAccessRulesResponse.from_dict(me))
        self.assertEqual(me["accessRules"]["totalRecords"], 1)
        permissions = own.authentication_and_authorization.permissions
        for listed in permissions.get_permissions().data:
            self.assertIsNotNone(models.Permission.from_dict(listed))
        asked = models.GetPermittedScopesRequest(resource_type="workspaces")
        where = permissions.get_permitted_scopes(asked).data
        self.assertIsNotNone(models.PermittedScopesActions.from_dict(where))
        self.assertEqual(where["create"]["projects"], [self.project])
        self.assert_refused(403, lambda: api_of(own).get_users())
        new = api.regenerate_service_account_secret(made["id"]).data
        self.assertNotEqual(new["clientSecret"], made["clientSecret"])
        patched = api.update_service_account_by_id(
            made["id"], models.ServiceAccountPatchRequest(enabled=False)
        )
        self.assertEqual(patched.status_code, 200)
        with self.assertRaises(Exception):
            self.as_client(made["clientId"], new["clientSecret"]).organizations.projects.get_projects()
        self.assertEqual(api.delete_service_account_by_id(made["id"]).status_code, 204)

    def test_rules_are_made_and_ended_in_batches(self):
        identity = self.client.authentication_and_authorization
        for name in ["one", "two"]:
            identity.users.create_user(models.UserCreationRequest1(email=f"{name}@example.org"))
        subjects = [
            models.AccessRuleSubjectsInner(subject_id=f"{name}@example.org", subject_type="user")
            for name in ["one", "two", "nobody"]
        ]
        scope = models.AccessRuleScopesInner(scope_id=self.project, scope_type="project")
        payload = models.AccessRulesBatchCreateFieldsPayload(
            role_id=6, subjects=subjects, scopes=[scope]
        )
        rules = identity.access_rules
        made = rules.access_rules_batch_create(
            models.AccessRulesBatchCreateFields(payload=payload)
        ).data
        self.assertIsNotNone(models.AccessRulesBatchCreateResponse.from_dict(made))
        self.assertEqual((len(made["succeeded"]), len(made["failed"])), (2, 1))
        ids = [str(one["id"]) for one in made["succeeded"]]
        ended = rules.access_rules_batch(
            models.AccessRulesBatchFields(ids=ids, action="delete")
        ).data
        self.assertIsNotNone(models.AccessRuleDeletionBatchResponse.from_dict(ended))
        self.assertEqual(ended["succeeded"], ids)


def api_of(client):
    return client.authentication_and_authorization.users


if __name__ == "__main__":
    unittest.main()
