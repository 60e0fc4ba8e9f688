# What the caller may have of each view: rows under obligations, the contract, or nothing.
#
# Several roles widen what a caller may have, but never past what one of them shows by itself: rows are joined by OR,
# and a role's mask counts only for rows that this role shows. A cell that no single role shows stays masked.
package belvedere.authz

views := {view.id: access(view) | some view in input.views}

access(view) := {
	"access": "contract",
	"columns": {column.name: mask_for(rules, column) | some column in view.columns},
} if {
	# Who asks for more than there is to give is told so, and given nothing.
	glass_refused
	rules := row_rules[view.id]
	count(rules) > 0
} else := {
	"access": "rows",
	"rows": rows_of(rules),
	"columns": {column.name: mask_for(rules, column) | some column in view.columns},
	"maxRows": max({row_limit(role) | some role, _ in rules}),
	"minGroupSize": group_size(rules),
} if {
	rules := row_rules[view.id]
	count(rules) > 0
} else := {
	"access": "contract",
	"columns": {column.name: mask_for(rules, column) | some column in view.columns},
} if {
	# Who may read and not export is told so.
	exports
	rules := shown_rules(view)
	count(rules) > 0
} else := {
	"access": "contract",
	"columns": {column.name: mask_for(readers, column) | some column in view.columns},
} if {
	readers := {role: "contract" | some role in reaching(view); data.belvedere.roles[role].access == "contract"}
	count(readers) > 0
} else := {"access": "none"}

# The roles of the caller that say anything about this view.
reaching(view) := {role |
	some role in known_roles
	within("domains", role, {view.domain})
	within("tags", role, {tag | some tag in view.tags})
}

# A role without the limit reaches every view; one with it, those that share at least one word with it.
within(limit, role, _) if not data.belvedere.roles[role][limit]

within(limit, role, words) if {
	some word in data.belvedere.roles[role][limit]
	word in words
}

# The mask of a column that suits every row of the union: for each rule the least mask of the roles whose rows include
# those of the rule, and of these the strictest. Most columns have no class and are shown without asking each role.
mask_for(rules, column) := {"mask": "none"} if {
	count(column.classes) == 0
} else := strictest({mask |
	some rule in rules
	mask := least({role_mask(role, column) | some role in covering(rules, rule)})
})

group_size(rules) := max({size |
	some rule in rules
	size := min({object.get(data.belvedere.roles[role], "minGroupSize", 0) | some role in covering(rules, rule)})
})

covering(rules, rule) := {role | some role, other in rules; other in {"all", rule}}
