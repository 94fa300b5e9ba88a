"""Ways to write one and the same CP-SAT model: every way gives the same, they differ in time."""

from functools import cache, partial

import numpy as np

from bench.instances import generated
from bench.registry import Bench
from placement.instance import compile_problem
from placement.solve.model import LEAST, Model

__all__ = ["BENCH"]


@cache
def instance_of(n_workloads, n_sites):
    """Return a compiled problem in which every workload may go everywhere."""
    instance = compile_problem(generated(n_workloads, n_sites, bounded=False))
    assert (instance.count == 1).all()
    return instance


def same(instance, model):
    """Check that a model is the one that the library writes, in what it says and in what order."""
    proto, expected = model.proto, whole_lists(instance)()
    assert str(proto) == str(expected.proto)
    return {
        "variables": len(proto.variables),
        "constraints": len(proto.constraints),
        "pairs": instance.n_pairs,
    }


BENCH = Bench(
    "build_model",
    "Writing a CP-SAT model: first stage of a problem in which every pair is allowed",
    {"tiny": partial(instance_of, 30, 6), "120,000 pairs": partial(instance_of, 4000, 30)},
    same,
    rounds=5,
)


def constraints(instance):
    """Yield the variables of each class, then variables, factors and limit of each row that binds."""
    ptr, rows = instance.pair_ptr.tolist(), instance.rows
    for c in range(instance.n_classes):
        yield [*range(ptr[c], ptr[c + 1]), instance.n_pairs + c], None, None
    units = instance.rows.unit
    order = np.argsort(rows.use_row, kind="stable")
    ends = np.searchsorted(rows.use_row[order], np.arange(len(rows.limit) + 1))
    pair = np.repeat(np.arange(instance.n_pairs), np.diff(rows.use_ptr))
    amount = rows.use_amount // units[rows.use_row]
    for r, (limit, unit) in enumerate(zip(rows.limit.tolist(), units.tolist(), strict=True)):
        uses = order[ends[r] : ends[r + 1]]
        if int(amount[uses].sum()) >= limit // unit:
            yield pair[uses].tolist(), amount[uses].tolist(), limit // unit


@BENCH.subject("messages, whole lists at a time (placement)")
def whole_lists(instance):
    """Write it as the library does."""
    from ortools.sat.python import cp_model  # noqa: F401  loaded before the clock runs

    def write():
        model = Model(instance)
        model.minimise_unplaced()
        return model.model

    return write


@BENCH.subject("messages, one variable at a time")
def variable_by_variable(instance):
    """Add a message for each variable, and the lists of each constraint at once."""
    from ortools.sat.python import cp_model

    def write():
        model = cp_model.CpModel()
        proto = model.proto
        for _ in range(instance.n_pairs + instance.n_classes):
            proto.variables.add().domain.extend([0, 1])
        for variables, factors, limit in constraints(instance):
            if factors is None:
                proto.constraints.add().exactly_one.literals.extend(variables)
                continue
            linear = proto.constraints.add().linear
            linear.vars.extend(variables)
            linear.coeffs.extend(factors)
            linear.domain.extend([LEAST, limit])
        out = range(instance.n_pairs, instance.n_pairs + instance.n_classes)
        proto.objective.vars.extend(list(out))
        proto.objective.coeffs.extend(instance.priority.tolist())
        return model

    return write


@BENCH.subject("messages, one number at a time")
def number_by_number(instance):
    """Append to the same messages, a number a call."""
    from ortools.sat.python import cp_model

    def write():
        model = cp_model.CpModel()
        proto = model.proto
        for _ in range(instance.n_pairs + instance.n_classes):
            domain = proto.variables.add().domain
            domain.append(0)
            domain.append(1)
        for variables, factors, limit in constraints(instance):
            if factors is None:
                literals = proto.constraints.add().exactly_one.literals
                for variable in variables:
                    literals.append(variable)
                continue
            linear = proto.constraints.add().linear
            for variable, factor in zip(variables, factors, strict=True):
                linear.vars.append(variable)
                linear.coeffs.append(factor)
            linear.domain.append(LEAST)
            linear.domain.append(limit)
        for c, priority in enumerate(instance.priority.tolist()):
            proto.objective.vars.append(instance.n_pairs + c)
            proto.objective.coeffs.append(priority)
        return model

    return write


@BENCH.subject("text format")
def text(instance):
    """Write text, and have the solver read it."""
    from ortools.sat.python import cp_model

    def told(name, numbers):
        return f"{name}:[{','.join(map(str, numbers))}]"

    def write():
        lines = ["variables{domain:[0,1]}"] * (instance.n_pairs + instance.n_classes)
        for variables, factors, limit in constraints(instance):
            if factors is None:
                lines.append(f"constraints{{exactly_one{{{told('literals', variables)}}}}}")
                continue
            body = f"{told('vars', variables)} {told('coeffs', factors)}"
            lines.append(f"constraints{{linear{{{body} domain:[{LEAST},{limit}]}}}}")
        out = range(instance.n_pairs, instance.n_pairs + instance.n_classes)
        body = f"{told('vars', out)} {told('coeffs', instance.priority.tolist())}"
        lines.append(f"objective{{{body}}}")
        model = cp_model.CpModel()
        proto = model.proto
        assert proto.parse_text_format("\n".join(lines))
        return model

    return write


@BENCH.subject("modelling interface, weighted sums")
def weighted_sums(instance):
    """Make the variables one by one, and each expression at once."""
    from ortools.sat.python import cp_model

    def write():
        model = cp_model.CpModel()
        made = [model.new_bool_var("") for _ in range(instance.n_pairs + instance.n_classes)]
        for variables, factors, limit in constraints(instance):
            ours = [made[variable] for variable in variables]
            if factors is None:
                model.add_exactly_one(ours)
            else:
                total = cp_model.LinearExpr.weighted_sum(ours, factors)
                model.add_linear_constraint(total, LEAST, limit)
        out = made[instance.n_pairs :]
        model.minimize(cp_model.LinearExpr.weighted_sum(out, instance.priority.tolist()))
        return plain(model)

    return write


@BENCH.subject("modelling interface, sums of terms")
def sums_of_terms(instance):
    """Write it as the manual does: terms are multiplied and added."""
    from ortools.sat.python import cp_model

    def write():
        model = cp_model.CpModel()
        made = [model.new_bool_var("") for _ in range(instance.n_pairs + instance.n_classes)]
        for variables, factors, limit in constraints(instance):
            ours = [made[variable] for variable in variables]
            if factors is None:
                model.add_exactly_one(ours)
            else:
                terms = zip(factors, ours, strict=True)
                total = sum(factor * variable for factor, variable in terms)
                model.add_linear_constraint(total, LEAST, limit)
        out = zip(instance.priority.tolist(), made[instance.n_pairs :], strict=True)
        model.minimize(sum(priority * variable for priority, variable in out))
        return plain(model)

    return write


def plain(model):
    """Return the same model without the factor of 1 that the interface adds to its objective."""
    model.proto.objective.clear_scaling_factor()
    return model
