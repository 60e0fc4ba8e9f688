# What each guard of the policy keeps, seen from several sides: docs/security-mutants.md says which of these fail when one is taken away.
package belvedere.authz_test

# --- classes and masks

test_a_class_nobody_knows_hides_its_column_from_a_role_of_all_rows if {
	view := {"id": "x.y@1.0.0", "domain": "crm", "tags": [], "columns": [{"name": "pay", "type": "bigint", "classes": ["hr.pay"]}]}
	reply(["global"], {}, "query", [view]).views["x.y@1.0.0"].columns.pay == {"mask": "hidden"}
}

test_an_email_and_its_first_letters_together_show_null if {
	shown({"a": {"mask": "keep_first", "characters": 1}, "b": {"mask": "email"}}, ["a", "b"], "varchar") == {"mask": "null"}
}

test_three_parts_of_a_value_together_show_null if {
	shown({"a": keep(1), "b": keep(2), "c": keep(3)}, ["a", "b", "c"], "varchar") == {"mask": "null"}
}

test_other_purposes_have_other_hashes if {
	by := {"a": hash(["purpose"])}
	one := shown(by, ["a"], "varchar") with input as {"purpose": "churn"}
	other := shown(by, ["a"], "varchar") with input as {"purpose": "billing"}
	one != other
}

test_other_tenants_have_other_hashes if {
	by := {"a": hash(["attribute.tenant"])}
	one := shown(by, ["a"], "varchar") with input as {"caller": {"attributes": {"tenant": "A"}}}
	other := shown(by, ["a"], "varchar") with input as {"caller": {"attributes": {"tenant": "B"}}}
	one != other
}

# --- rows

transfers := object.union(customers, {"columns": [
	{"name": "to_region", "type": "varchar", "classes": ["scope.region"]},
	{"name": "from_region", "type": "varchar", "classes": ["scope.region"]},
]})

test_a_row_of_two_regions_is_not_of_either if {
	filter := reply(["regional"], {"region": "EU"}, "query", [transfers]).views["crm.customers@1.0.0"].rows.filter
	filter.operator == "and"
	count(filter.value) == 2
}

test_a_plan_of_a_row_of_two_regions_is_of_both if {
	reply(["regional"], {"region": "EU"}, "explain", [transfers]).views["crm.customers@1.0.0"].rows.filter.operator == "and"
}

second := object.union(roles, {"second": object.union(roles.regional, {
	"rows": {"class": "scope.region", "attribute": "second"},
	"masks": {"scope.region": {"mask": "none"}, "pii.email": {"mask": "none"}},
	"minGroupSize": 3,
})})

both(operation) := reply_with(second, ["regional", "second"], {"region": "EU", "second": "US"}, [operation, [customers]]).views["crm.customers@1.0.0"]

test_a_second_role_adds_its_rows if {
	both("query").rows.filter.operator == "or"
}

test_a_plan_under_two_roles_is_of_the_rows_of_either if {
	both("explain").rows.filter.operator == "or"
}

test_a_second_roles_mask_is_not_for_the_first_roles_rows if {
	both("query").columns.email == {"mask": "email"}
}

test_a_plan_under_two_roles_has_the_masks_of_the_stricter if {
	both("explain").columns.email == {"mask": "email"}
}

test_of_two_roles_with_rows_of_their_own_the_larger_groups_count if {
	both("query").minGroupSize == 5
}

test_a_plan_under_two_roles_has_the_larger_groups if {
	both("explain").minGroupSize == 5
}

test_an_empty_region_is_no_row_of_a_plan_either if {
	reply(["regional"], {"region": ""}, "explain", [customers]).reason == "view.hidden"
}

test_an_empty_region_has_no_contract if {
	reply(["regional"], {"region": ""}, "describe", [customers]).views["crm.customers@1.0.0"].access == "none"
}

numbered := object.union(customers, {"columns": [
	{"name": "region", "type": "bigint", "classes": ["scope.region"]},
	{"name": "name", "type": "varchar", "classes": ["scope.region"]},
]})

test_one_column_of_a_scope_that_is_not_text_hides_the_view if {
	reply(["regional"], {"region": "EU"}, "query", [numbered]).reason == "view.hidden"
}

test_a_view_whose_scope_is_not_text_has_no_contract if {
	reply(["regional"], {"region": "EU"}, "describe", [numbered]).views["crm.customers@1.0.0"].access == "none"
}

# --- what a request is answered

narrow := object.union(roles, {"global": object.union(roles.global, {"domains": ["crm"]})})

test_a_run_of_a_plan_is_shown_whole_on_every_view_or_not_at_all if {
	reply_with(narrow, ["global", "sales_only"], {}, ["analyze", [customers, revenue]]).detail == "shape"
}

test_the_order_of_views_makes_no_detail if {
	reply_with(narrow, ["global", "sales_only"], {}, ["explain", [revenue, customers]]).detail == "shape"
}

test_whoever_reads_contracts_reads_no_row if {
	reply(["reader"], {}, "query", [customers]).effect == "deny"
}

test_whoever_reads_contracts_sees_no_plan if {
	reply(["reader"], {}, "explain", [customers]).effect == "deny"
	reply(["reader"], {}, "analyze", [customers]).effect == "deny"
}

test_whoever_reads_all_rows_may_not_look_as_another if {
	asked(["global"], "preview", {}).effect == "deny"
}

test_whoever_reads_contracts_may_not_look_as_another if {
	asked(["reader"], "preview", {}).effect == "deny"
}

test_a_tag_limits_contracts_too if {
	reply(["dashboards"], {}, "describe", [customers]).views["crm.customers@1.0.0"].access == "none"
}

test_a_tag_limits_plans_too if {
	reply(["dashboards"], {}, "explain", [customers]).effect == "deny"
}

# --- which roles count

test_a_purpose_limits_plans_too if {
	asked(["audits"], "explain", {"purpose": "curiosity"}).reason == "caller.unknown"
}

test_a_purpose_limits_contracts_too if {
	asked(["audits"], "describe", {"purpose": "curiosity"}).views["crm.customers@1.0.0"].access == "none"
}

after_its_end := {"grants": [grant], "time": "2026-01-01T01:00:00Z"}

test_a_grant_that_ended_lends_no_plan if {
	asked([], "explain", after_its_end).reason == "caller.unknown"
}

test_a_grant_that_ended_lends_no_contract if {
	asked([], "describe", after_its_end).views["crm.customers@1.0.0"].access == "none"
}

before_its_time := {"grants": [grant], "time": "2025-12-31T23:59:59Z"}

test_a_grant_to_come_lends_no_plan if {
	asked([], "explain", before_its_time).reason == "caller.unknown"
}

test_a_grant_to_come_lends_no_contract if {
	asked([], "describe", before_its_time).views["crm.customers@1.0.0"].access == "none"
}

of_another := {"grants": [object.union(grant, {"who": {"issuer": "i", "subject": "t"}})]}

test_a_grant_of_another_lends_no_plan if {
	asked([], "explain", of_another).reason == "caller.unknown"
}

test_a_grant_of_another_lends_no_contract if {
	asked([], "describe", of_another).views["crm.customers@1.0.0"].access == "none"
}

test_a_plan_on_a_grant_ends_with_it if {
	asked([], "explain", {"grants": [grant]}).until == grant.until
}

test_glass_that_may_not_be_broken_shows_no_plan if {
	asked(["global"], "explain", {"breakGlass": "a fire"}).reason == "break_glass.refused"
}

test_glass_that_may_not_be_broken_gives_no_row_of_ones_own if {
	asked(["global"], "query", {"breakGlass": "a fire"}).views["crm.customers@1.0.0"].access == "contract"
}
