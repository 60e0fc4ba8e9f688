# The answer to one request. Input and reply: docs/schemas/policy-input.schema.json and policy-reply.schema.json.
# Who may do what stands in data.json (docs/schemas/policy-data.schema.json), not here.
package belvedere.authz

# Names no view and no revision, so the server refuses it as a reply too: what is not granted below is not granted.
default decision := {"effect": "deny", "reason": "undefined", "revision": "", "detail": "shape", "views": {}}

# METADATA
# entrypoint: true
decision := object.union(
	{
		"effect": verdict.effect,
		"reason": verdict.reason,
		"revision": data.belvedere.revision,
		"detail": detail,
		"views": views,
	},
	lifetime,
)

reads_rows if input.operation in {"query", "explain", "analyze", "export"}

# To export is to take rows away: only the roles that say so count, each with the rows and masks it has for reading.
exports if input.operation == "export"

# Running a query for its figures shows of it what explaining does; taking its rows away, what running it does.
# Looking at what another caller would see shows no more of a plan than explaining does.
detail_of := {"query": "query", "export": "query", "explain": "explain", "analyze": "explain", "preview": "explain", "monitor": "monitor", "cancel": "cancel"}

watches_queries if input.operation in {"monitor", "cancel"}

default verdict := {"effect": "deny", "reason": "undefined"}

# Reading rows needs rows of every view: one view that is only described, or hidden, refuses the whole query.
verdict := {"effect": "allow", "reason": granted} if {
	reads_rows
	count(known_roles) > 0
	not glass_refused
	every view in input.views {
		views[view.id].access == "rows"
	}
} else := {"effect": "deny", "reason": "caller.unknown"} if {
	reads_rows
	count(known_roles) == 0
} else := {"effect": "deny", "reason": "view.hidden"} if {
	reads_rows
	some view in input.views
	views[view.id].access == "none"
} else := {"effect": "deny", "reason": "break_glass.refused"} if {
	reads_rows
	glass_refused
} else := {"effect": "deny", "reason": "export.withheld"} if {
	exports
} else := {"effect": "deny", "reason": "rows.withheld"} if {
	reads_rows
}

granted := "break_glass.granted" if {
	breaks_glass
} else := "rows.granted"

# Looking at what another caller would see takes a role that says so, and a view that one may know oneself.
verdict := {"effect": "deny", "reason": "view.hidden"} if {
	input.operation == "preview"
	some view in input.views
	views[view.id].access == "none"
} else := {"effect": "allow", "reason": "preview.granted"} if {
	input.operation == "preview"
	some role in known_roles
	data.belvedere.roles[role].preview == true
} else := {"effect": "deny", "reason": "preview.withheld"} if {
	input.operation == "preview"
}

# To change what the server keeps in memory takes a role that says so.
verdict := {"effect": "allow", "reason": "administer.granted"} if {
	input.operation == "administer"
	some role in known_roles
	data.belvedere.roles[role].administer == true
} else := {"effect": "deny", "reason": "administer.withheld"} if {
	input.operation == "administer"
}

# Describing is always allowed, of what may be described: to a stranger that is nothing.
verdict := {"effect": "allow", "reason": "contracts.granted"} if input.operation == "describe"

verdict := {"effect": "allow", "reason": "queries.all"} if {
	watches_queries
	detail == "full"
} else := {"effect": "allow", "reason": "queries.own"} if {
	watches_queries
	count(known_roles) > 0
} else := {"effect": "deny", "reason": "caller.unknown"} if {
	watches_queries
}

default detail := "shape"

detail := "full" if {
	watches_queries
	some role in known_roles
	data.belvedere.roles[role].detail[detail_of[input.operation]] == "full"
}

# The whole of a plan shows what policy takes away, so it needs a role that says so on every view of it.
detail := "full" if {
	detail_of[input.operation]
	count(input.views) > 0
	every view in input.views {
		some role, _ in row_rules[view.id]
		data.belvedere.roles[role].detail[detail_of[input.operation]] == "full"
	}
}
