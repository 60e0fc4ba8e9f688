# Each rule of the shipped policy, with roles made for the test.
package belvedere.authz_test

import data.belvedere.authz

roles := {
	"regional": {
		"access": "rows",
		"rows": {"class": "scope.region", "attribute": "region"},
		"masks": {"scope.region": {"mask": "none"}, "pii.email": {"mask": "email"}},
		"maxRows": 100,
		"exportMaxRows": 1000,
		"minGroupSize": 5,
	},
	"global": {
		"access": "rows",
		"rows": "all",
		"masks": {"scope.region": {"mask": "none"}, "pii.email": {"mask": "hidden"}},
		"maxRows": 10,
		"detail": {"explain": "full"},
	},
	"barred": {"access": "rows", "rows": "none", "maxRows": 1},
	"reader": {"access": "contract", "masks": {"pii.email": {"mask": "null"}}},
	"sales_only": {"access": "rows", "rows": "all", "maxRows": 7, "domains": ["sales"]},
	"dashboards": {"access": "rows", "rows": "all", "maxRows": 8, "tags": ["dashboard"]},
	"nowhere": {"access": "rows", "rows": "all", "maxRows": 9, "domains": []},
	"muted": {"access": "none"},
	"watcher": {"access": "none", "detail": {"monitor": "full"}},
}

customers := {
	"id": "crm.customers@1.0.0",
	"name": "crm.customers",
	"version": "1.0.0",
	"owner": "crm",
	"domain": "crm",
	"tags": [],
	"columns": [
		{"name": "id", "type": "bigint", "classes": []},
		{"name": "email", "type": "varchar", "classes": ["pii.email"]},
		{"name": "region", "type": "varchar", "classes": ["scope.region"]},
	],
}

revenue := {
	"id": "sales.revenue@1.0.0",
	"name": "sales.revenue",
	"version": "1.0.0",
	"owner": "sales",
	"domain": "sales",
	"tags": ["dashboard"],
	"columns": [{"name": "total", "type": "decimal(12,2)", "classes": []}],
}

reply(caller_roles, attributes, operation, views) := reply_with(roles, caller_roles, attributes, [operation, views])

reply_with(known, caller_roles, attributes, [operation, views]) := reply if {
	reply := authz.decision with data.belvedere.revision as "test-1"
		with data.belvedere.roles as known
		with input as {
			"caller": {
				"issuer": "i",
				"subject": "s",
				"kind": "human",
				"roles": caller_roles,
				"attributes": attributes,
			},
			"operation": operation,
			"protocol": "rest",
			"time": "2026-01-01T00:00:00Z",
			"views": views,
		}
}

test_without_data_nothing_is_decided if {
	d := authz.decision with input as {"operation": "query", "views": [], "caller": {"roles": []}}
	d == {"effect": "deny", "reason": "undefined", "revision": "", "detail": "shape", "views": {}}
}

test_without_input_nothing_is_allowed if {
	d := authz.decision with data.belvedere.revision as "test-1" with data.belvedere.roles as roles
	d.effect == "deny"
}

test_an_unknown_operation_is_denied if {
	reply(["global"], {}, "delete", [customers]).effect == "deny"
	reply(["global"], {}, "delete", [customers]).reason == "undefined"
}

test_a_regional_role_reads_its_region if {
	d := reply(["regional"], {"region": "EU"}, "query", [customers])
	d == {
		"effect": "allow",
		"reason": "rows.granted",
		"revision": "test-1",
		"detail": "shape",
		"views": {"crm.customers@1.0.0": {
			"access": "rows",
			"rows": {"filter": {"type": "field", "operator": "eq", "field": "region", "value": "EU"}},
			"columns": {"id": {"mask": "none"}, "email": {"mask": "email"}, "region": {"mask": "none"}},
			"maxRows": 100,
			"minGroupSize": 5,
		}},
	}
}

test_a_regional_role_without_a_region_has_nothing if {
	every attributes in [{}, {"region": ""}, {"other": "EU"}] {
		d := reply(["regional"], attributes, "query", [customers])
		d.effect == "deny"
		d.reason == "view.hidden"
		d.views["crm.customers@1.0.0"] == {"access": "none"}
	}
}

test_a_view_without_the_class_gives_a_regional_role_nothing if {
	d := reply(["regional"], {"region": "EU"}, "query", [revenue])
	d.views["sales.revenue@1.0.0"] == {"access": "none"}
}

test_a_scope_column_that_is_not_text_gives_nothing if {
	numbered := object.union(revenue, {"columns": [{"name": "r", "type": "bigint", "classes": ["scope.region"]}]})
	d := reply(["regional"], {"region": "EU"}, "query", [numbered])
	d.views["sales.revenue@1.0.0"] == {"access": "none"}
}

test_every_scope_column_must_match if {
	transfers := object.union(revenue, {"columns": [
		{"name": "b", "type": "varchar", "classes": ["scope.region"]},
		{"name": "a", "type": "varchar", "classes": ["scope.region"]},
	]})
	d := reply(["regional"], {"region": "EU"}, "query", [transfers])
	d.views["sales.revenue@1.0.0"].rows == {"filter": {"type": "compound", "operator": "and", "value": [
		{"type": "field", "operator": "eq", "field": "a", "value": "EU"},
		{"type": "field", "operator": "eq", "field": "b", "value": "EU"},
	]}}
}

test_rows_none_is_no_row if {
	reply(["barred"], {}, "query", [customers]).views["crm.customers@1.0.0"] == {"access": "none"}
}

test_two_roles_with_different_rules_are_joined_by_or if {
	two := object.union(roles, {"other": object.union(roles.regional, {
		"rows": {"class": "scope.region", "attribute": "second"},
		"masks": {"scope.region": {"mask": "none"}, "pii.email": {"mask": "none"}},
		"minGroupSize": 2,
	})})
	d := reply_with(two, ["regional", "other"], {"region": "EU", "second": "US"}, ["query", [customers]])
	view := d.views["crm.customers@1.0.0"]
	view.rows == {"filter": {"type": "compound", "operator": "or", "value": [
		{"type": "field", "operator": "eq", "field": "region", "value": "EU"},
		{"type": "field", "operator": "eq", "field": "region", "value": "US"},
	]}}

	# The second role shows e-mail in the clear, but not of the first role's rows.
	view.columns.email == {"mask": "email"}
	view.minGroupSize == 5
}

test_two_roles_with_the_same_rows_show_what_either_shows if {
	two := object.union(roles, {"other": object.union(roles.regional, {
		"masks": {"pii.email": {"mask": "none"}},
		"maxRows": 50,
		"minGroupSize": 2,
	})})
	view := reply_with(two, ["regional", "other"], {"region": "EU"}, ["query", [customers]]).views["crm.customers@1.0.0"]
	view.columns == {"id": {"mask": "none"}, "email": {"mask": "none"}, "region": {"mask": "none"}}
	view.maxRows == 100
	view.minGroupSize == 2
}

test_a_wider_role_counts_for_the_rows_of_a_narrower_one_and_not_the_other_way if {
	view := reply(["regional", "global"], {"region": "EU"}, "query", [customers]).views["crm.customers@1.0.0"]
	view.rows == "all"
	view.columns.email == {"mask": "hidden"}
	view.maxRows == 100
	view.minGroupSize == 0
}

test_a_contract_role_beside_a_rows_role_changes_nothing if {
	attributes := {"region": "EU"}
	reply(["regional", "reader"], attributes, "query", [customers]) == reply(["regional"], attributes, "query", [customers])
}

test_domains_and_tags_limit_a_role if {
	reply(["sales_only"], {}, "query", [revenue]).effect == "allow"
	reply(["sales_only"], {}, "query", [customers]).reason == "view.hidden"
	reply(["dashboards"], {}, "query", [revenue]).effect == "allow"
	reply(["dashboards"], {}, "query", [customers]).reason == "view.hidden"
	reply(["nowhere"], {}, "query", [revenue]).reason == "view.hidden"
}

test_one_view_withheld_refuses_the_query if {
	d := reply(["sales_only", "reader"], {}, "query", [revenue, customers])
	d.effect == "deny"
	d.reason == "rows.withheld"
	d.views["sales.revenue@1.0.0"].access == "rows"
	d.views["crm.customers@1.0.0"].access == "contract"
}

test_a_stranger_and_an_unknown_role_are_alike if {
	every strange in [[], ["nobody"]] {
		every operation in ["query", "explain", "analyze"] {
			d := reply(strange, {"region": "EU"}, operation, [customers])
			d.effect == "deny"
			d.reason == "caller.unknown"
			d.views == {"crm.customers@1.0.0": {"access": "none"}}
		}
		every operation in ["monitor", "cancel"] {
			reply(strange, {}, operation, []).effect == "deny"
			reply(strange, {}, operation, []).reason == "caller.unknown"
		}
		d := reply(strange, {}, "describe", [customers])
		d.effect == "allow"
		d.views == {"crm.customers@1.0.0": {"access": "none"}}
	}
}

test_a_query_of_no_view_needs_a_role if {
	reply(["muted"], {}, "query", []).effect == "allow"
	reply(["muted"], {}, "query", []).detail == "shape"
	reply([], {}, "query", []).effect == "deny"
}

test_describe_shows_each_view_as_it_may_be_seen if {
	d := reply(["sales_only", "reader"], {}, "describe", [revenue, customers])
	d.effect == "allow"
	d.reason == "contracts.granted"
	d.views["sales.revenue@1.0.0"].access == "rows"
	d.views["crm.customers@1.0.0"] == {
		"access": "contract",
		"columns": {"id": {"mask": "none"}, "email": {"mask": "null"}, "region": {"mask": "hidden"}},
	}
}

test_full_detail_needs_a_role_that_says_so_on_every_view if {
	reply(["global"], {}, "explain", [customers]).detail == "full"
	reply(["global"], {}, "analyze", [customers]).detail == "full"
	reply(["global"], {}, "query", [customers]).detail == "shape"
	reply(["global"], {}, "explain", []).detail == "shape"
	narrow := object.union(roles, {"global": object.union(roles.global, {"domains": ["crm"]})})
	d := reply_with(narrow, ["global", "sales_only"], {}, ["explain", [customers, revenue]])
	d.effect == "allow"
	d.detail == "shape"
}

test_watching_is_of_all_or_of_ones_own if {
	reply(["watcher"], {}, "monitor", []) == {
		"effect": "allow",
		"reason": "queries.all",
		"revision": "test-1",
		"detail": "full",
		"views": {},
	}
	reply(["watcher"], {}, "cancel", []).reason == "queries.own"
	reply(["muted"], {}, "monitor", []).detail == "shape"
}

test_a_role_that_may_export_exports_what_it_reads_up_to_a_limit_of_its_own if {
	read := reply(["regional"], {"region": "EU"}, "query", [customers])
	taken := reply(["regional"], {"region": "EU"}, "export", [customers])
	taken.effect == "allow"
	taken.reason == "rows.granted"
	view := taken.views["crm.customers@1.0.0"]
	view.maxRows == 1000
	object.remove(view, ["maxRows"]) == object.remove(read.views["crm.customers@1.0.0"], ["maxRows"])
}

test_who_may_read_and_not_export_is_told_so if {
	d := reply(["global"], {}, "export", [customers])
	d.effect == "deny"
	d.reason == "export.withheld"
	view := d.views["crm.customers@1.0.0"]
	view.access == "contract"
	view.columns.email == {"mask": "hidden"}
}

test_a_role_that_may_not_export_adds_no_row_to_an_export if {
	d := reply(["regional", "global"], {"region": "EU"}, "export", [customers])
	d.effect == "allow"
	d.views["crm.customers@1.0.0"].rows == {"filter": {"type": "field", "operator": "eq", "field": "region", "value": "EU"}}
	d.views["crm.customers@1.0.0"].maxRows == 1000
}

test_an_export_needs_rows_of_every_view if {
	every who in [["regional", "sales_only"], ["regional", "reader"]] {
		d := reply(who, {"region": "EU"}, "export", [customers, revenue])
		d.effect == "deny"
		d.reason == "export.withheld"
	}
	hidden := reply(["regional"], {"region": "EU"}, "export", [customers, revenue])
	hidden.effect == "deny"
	hidden.reason == "view.hidden"
}

test_a_stranger_exports_nothing if {
	d := reply(["nobody"], {}, "export", [customers])
	d.effect == "deny"
	d.reason == "caller.unknown"
	d.views["crm.customers@1.0.0"] == {"access": "none"}
}
