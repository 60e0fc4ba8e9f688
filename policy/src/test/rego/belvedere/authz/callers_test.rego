# Which roles count: kinds, purposes, grants, broken glass; and who may look at what others would see.
package belvedere.authz_test

import data.belvedere.authz

lending := object.union(roles, {
	"bots": object.union(roles.global, {"kinds": ["agent"]}),
	"people": object.union(roles.global, {"kinds": ["human"]}),
	"audits": object.union(roles.global, {"purposes": ["audit", "recall"]}),
	"on_call": {"access": "contract", "masks": {"pii.email": {"mask": "null"}}, "breakGlass": "global"},
	"on_call_people": {"access": "contract", "breakGlass": "people"},
	"keeper": {"access": "contract", "administer": true, "masks": {"pii.email": {"mask": "null"}}},
	"previewer": {"access": "contract", "preview": true, "masks": {"pii.email": {"mask": "null"}}},
	"full_previewer": object.union(roles.global, {"preview": true}),
})

grant := {
	"who": {"issuer": "i", "subject": "s"},
	"what": {"role": "global"},
	"from": "2026-01-01T00:00:00Z",
	"until": "2026-01-01T01:00:00Z",
	"reason": "a case",
}

asked(caller_roles, operation, more) := reply if {
	reply := authz.decision with data.belvedere.revision as "test-1"
		with data.belvedere.roles as lending
		with data.belvedere.grants as object.get(more, "grants", [])
		with input as object.union(
			{
				"caller": {
					"issuer": "i",
					"subject": "s",
					"kind": object.get(more, "kind", "human"),
					"roles": caller_roles,
					"attributes": {},
				},
				"operation": operation,
				"protocol": "rest",
				"time": object.get(more, "time", "2026-01-01T00:00:00Z"),
				"views": object.get(more, "views", [customers]),
			},
			object.filter(more, ["purpose", "breakGlass"]),
		)
}

test_a_role_counts_for_its_kinds if {
	asked(["global"], "query", {"kind": "service"}).effect == "allow"
	asked(["global"], "query", {"kind": "agent"}).reason == "caller.unknown"
	asked(["bots"], "query", {"kind": "agent"}).effect == "allow"
	asked(["bots"], "query", {"kind": "human"}).reason == "caller.unknown"
	asked(["people"], "query", {"kind": "service"}).reason == "caller.unknown"
	asked(["people"], "query", {"kind": "human"}).effect == "allow"
}

test_a_role_counts_for_its_purposes if {
	asked(["audits"], "query", {}).reason == "caller.unknown"
	asked(["audits"], "query", {"purpose": "curiosity"}).reason == "caller.unknown"
	asked(["audits"], "query", {"purpose": "recall"}).effect == "allow"
}

test_a_grant_lends_a_role_for_its_time_and_the_decision_ends_with_it if {
	every time in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z", "2026-01-01T00:59:59.999999999Z"] {
		d := asked([], "query", {"grants": [grant], "time": time})
		d.effect == "allow"
		d.until == "2026-01-01T01:00:00Z"
	}
	every time in ["2025-12-31T23:59:59.999Z", "2026-01-01T01:00:00Z", "2026-01-01T01:00:00.000000001Z"] {
		d := asked([], "query", {"grants": [grant], "time": time})
		d.reason == "caller.unknown"
		not d.until
	}
}

test_a_grant_is_of_one_subject_of_one_issuer_or_of_a_role if {
	others := [
		object.union(grant, {"who": {"issuer": "x", "subject": "s"}}),
		object.union(grant, {"who": {"issuer": "i", "subject": "x"}}),
		object.union(object.remove(grant, ["who"]), {"who": {"role": "on_call"}}),
	]
	asked([], "query", {"grants": others}).reason == "caller.unknown"
	asked(["on_call"], "query", {"grants": others}).effect == "allow"
}

test_the_first_end_of_several_grants_is_the_end if {
	later := object.union(grant, {"until": "2026-01-01T02:00:00Z"})
	asked([], "query", {"grants": [later, grant]}).until == "2026-01-01T01:00:00Z"
}

test_what_is_lent_counts_for_its_kinds_too if {
	asked([], "query", {"grants": [grant], "kind": "agent"}).reason == "caller.unknown"
}

test_broken_glass_gives_what_the_role_says if {
	asked(["on_call"], "query", {}).reason == "rows.withheld"
	d := asked(["on_call"], "query", {"breakGlass": "fire"})
	d.effect == "allow"
	d.reason == "break_glass.granted"
	d.views["crm.customers@1.0.0"].rows == "all"
	asked(["on_call"], "explain", {"breakGlass": "fire"}).effect == "allow"
}

test_broken_glass_is_for_reading_rows_only if {
	d := asked(["on_call"], "describe", {"breakGlass": "fire"})
	d.views["crm.customers@1.0.0"].access == "contract"
}

test_who_may_not_break_the_glass_gets_nothing_by_it if {
	d := asked(["global"], "query", {"breakGlass": "fire"})
	d.effect == "deny"
	d.reason == "break_glass.refused"
	d.views["crm.customers@1.0.0"].access == "contract"
	d.detail == "shape"
	asked([], "query", {"breakGlass": "fire"}).reason == "caller.unknown"
	asked(["muted"], "query", {"breakGlass": "fire"}).reason == "view.hidden"
	asked(["on_call_people"], "query", {"breakGlass": "fire", "kind": "service"}).reason == "break_glass.refused"
}

test_administering_takes_a_role_that_says_so if {
	asked(["keeper"], "administer", {"views": []}).reason == "administer.granted"
	asked(["keeper"], "administer", {"views": []}).effect == "allow"
	asked(["keeper"], "administer", {"views": []}).detail == "shape"
	every other in [["global"], ["full_previewer"], ["muted"], ["nobody"], []] {
		asked(other, "administer", {"views": []}).effect == "deny"
		asked(other, "administer", {"views": []}).reason == "administer.withheld"
	}
}

test_a_preview_takes_a_role_and_a_view_that_one_may_know if {
	asked(["previewer"], "preview", {}).reason == "preview.granted"
	asked(["previewer"], "preview", {}).detail == "shape"
	asked(["previewer"], "preview", {}).views["crm.customers@1.0.0"].access == "contract"
	asked(["full_previewer"], "preview", {}).detail == "full"
	asked(["global"], "preview", {}).reason == "preview.withheld"
	asked([], "preview", {}).reason == "view.hidden"
	asked(["muted"], "preview", {}).reason == "view.hidden"
	asked([], "preview", {"views": []}).reason == "preview.withheld"
	asked(["full_previewer"], "preview", {"views": []}).detail == "shape"
}
