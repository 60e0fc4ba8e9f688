# Which rows a role shows of a view: "all", or the rows in which every column of a class equals an attribute of the caller.
package belvedere.authz

# By view and role; a role that shows no row of a view for this operation is not in it.
row_rules := {view.id: {role: rule | some role, rule in shown_rules(view); serves(role)} | some view in input.views}

shown_rules(view) := {role: rule |
	some role in reaching(view)
	data.belvedere.roles[role].access == "rows"
	rule := row_rule(data.belvedere.roles[role].rows, view)
}

serves(_) if not exports

serves(role) if data.belvedere.roles[role].exportMaxRows

row_limit(role) := data.belvedere.roles[role].maxRows if not exports

row_limit(role) := data.belvedere.roles[role].exportMaxRows if exports

row_rule("all", _) := "all"

# Nothing, unless the caller has the attribute and the view a column of the class, of the type an attribute can equal.
row_rule(rule, view) := {"filter": joined("and", conditions)} if {
	value := input.caller.attributes[rule.attribute]
	value != ""
	scope := [column | some column in view.columns; rule.class in column.classes]
	count(scope) > 0
	every column in scope {
		column.type == "varchar"
	}
	conditions := {{"type": "field", "operator": "eq", "field": column.name, "value": value} | some column in scope}
}

rows_of(rules) := "all" if {
	"all" in rules
} else := {"filter": joined("or", {rule.filter | some rule in rules})}

joined(operator, conditions) := {"type": "compound", "operator": operator, "value": sort(conditions)} if {
	count(conditions) > 1
} else := sort(conditions)[0]
