"""Anneal a solution whose rows may overflow for a while, at a price.

Members move to other pairs of their class, or change places with a member of the site that they move
to. A step is taken if it pays, or by chance if it costs little. What overflows is dear, ever dearer as
time goes on; that lets members pass through each other where sites are nearly full.
"""

from libc.math cimport exp, log
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from placement._core.clock cimport stopped

cdef enum:
    PATIENCE = 4096    # steps between two looks at the clock, and between two settings of the schedule
    SPARE = 8          # room for members at a site beyond one and a half times those it has at first

    LUCKS = 4096       # different amounts of luck



cdef struct Problem:
    const int64_t* pair_ptr     # by class
    const double* pair_cost
    const int32_t* pair_site
    const int64_t* use_ptr
    const int32_t* use_row
    const double* use_share
    const double* out_cost
    const int32_t* owner        # the class of each member
    const double* price         # of a whole row's overflow
    const double* opening       # of each site that is used
    bint leaves                 # whether members may be left out


# Members by site, to find one to change places with.
cdef struct Crowd:
    int32_t* member
    int64_t* begin              # [n_sites + 1]
    int32_t* count              # [n_sites]
    int64_t* place              # [n_members]: -1 where a site's room is used up


cdef struct State:
    int64_t* pair               # [n_members], -1: left out
    double* load                # [n_rows], as shares of their limits
    int64_t* members            # [n_sites]: how many are there
    double factor               # by which the price of overflow is multiplied
    uint64_t luck
    double* lucks               # [LUCKS]: how much a step may cost, in units of the warmth


# The generator xorshift64 (Marsaglia 2003): quick, and the same everywhere.
cdef inline uint64_t draw(State* state) noexcept nogil:
    state.luck ^= state.luck << 13
    state.luck ^= state.luck >> 7
    state.luck ^= state.luck << 17
    return state.luck


cdef inline int64_t below(State* state, int64_t n) noexcept nogil:
    return <int64_t> ((draw(state) >> 32) * <uint64_t> n >> 32)


# Add a pair's uses, or take them away; return what that costs in overflow.
cdef inline double put(
    const Problem* problem, State* state, int64_t pair, double sign
) noexcept nogil:
    cdef int64_t use
    cdef double cost = 0.0, before, after
    for use in range(problem.use_ptr[pair], problem.use_ptr[pair + 1]):
        before = state.load[problem.use_row[use]]
        after = before + sign * problem.use_share[use]
        state.load[problem.use_row[use]] = after
        if before > 1.0 or after > 1.0:
            cost += problem.price[problem.use_row[use]] * (
                (after - 1.0 if after > 1.0 else 0.0) - (before - 1.0 if before > 1.0 else 0.0)
            )
    return cost * state.factor


# What it brings, at most, to take a pair's uses away.
cdef inline double relief(const Problem* problem, const State* state, int64_t pair) noexcept nogil:
    cdef int64_t use
    cdef double brings = 0.0, over
    for use in range(problem.use_ptr[pair], problem.use_ptr[pair + 1]):
        over = state.load[problem.use_row[use]] - 1.0
        if over > 0.0:
            brings += problem.price[problem.use_row[use]] * min(over, problem.use_share[use])
    return brings * state.factor


cdef inline void join(Crowd* crowd, int32_t site, int32_t member) noexcept nogil:
    crowd.place[member] = -1
    if crowd.count[site] < crowd.begin[site + 1] - crowd.begin[site]:
        crowd.place[member] = crowd.begin[site] + crowd.count[site]
        crowd.member[crowd.place[member]] = member
        crowd.count[site] += 1


cdef inline void leave(Crowd* crowd, int32_t site, int32_t member) noexcept nogil:
    cdef int64_t place = crowd.place[member]
    cdef int32_t last
    if place >= 0:
        crowd.count[site] -= 1
        last = crowd.member[crowd.begin[site] + crowd.count[site]]
        crowd.member[place] = last
        crowd.place[last] = place


cdef bint gather(
    Crowd* crowd, const Problem* problem, const State* state, Py_ssize_t n, Py_ssize_t n_sites
) noexcept nogil:
    cdef Py_ssize_t member, site
    cdef int64_t room = 0
    crowd.begin = <int64_t*> malloc((n_sites + 1) * sizeof(int64_t))
    crowd.count = <int32_t*> malloc((n_sites + 1) * sizeof(int32_t))
    crowd.place = <int64_t*> malloc((n + 1) * sizeof(int64_t))
    crowd.member = <int32_t*> malloc((n + n // 2 + SPARE * n_sites + 1) * sizeof(int32_t))
    if crowd.begin == NULL or crowd.count == NULL or crowd.place == NULL or crowd.member == NULL:
        return False
    for site in range(n_sites):
        crowd.count[site] = 0
    for member in range(n):
        if state.pair[member] >= 0:
            crowd.count[problem.pair_site[state.pair[member]]] += 1
    for site in range(n_sites):
        crowd.begin[site] = room
        room += crowd.count[site] + crowd.count[site] // 2 + SPARE
        crowd.count[site] = 0
    crowd.begin[n_sites] = room
    for member in range(n):
        if state.pair[member] >= 0:
            join(crowd, problem.pair_site[state.pair[member]], <int32_t> member)
        else:
            crowd.place[member] = -1
    return True


cdef void disperse(Crowd* crowd) noexcept nogil:
    free(crowd.begin)
    free(crowd.count)
    free(crowd.place)
    free(crowd.member)


# What it costs, beside rows, that a member goes from a pair to another; -1 is out.
cdef inline double difference(
    const Problem* problem, const State* state, int32_t owner, int64_t source, int64_t target
) noexcept nogil:
    cdef double cost = 0.0
    cdef int32_t site
    if source < 0:
        cost -= problem.out_cost[owner]
    else:
        site = problem.pair_site[source]
        cost -= problem.pair_cost[source] + (problem.opening[site] if state.members[site] == 1 else 0.0)
    if target < 0:
        return cost + problem.out_cost[owner]
    site = problem.pair_site[target]
    return cost + problem.pair_cost[target] + (problem.opening[site] if state.members[site] == 0 else 0.0)


cdef inline void move(
    const Problem* problem, State* state, Crowd* crowd, int32_t member, int64_t source, int64_t target
) noexcept nogil:
    if source >= 0:
        leave(crowd, problem.pair_site[source], member)
        state.members[problem.pair_site[source]] -= 1
    if target >= 0:
        join(crowd, problem.pair_site[target], member)
        state.members[problem.pair_site[target]] += 1
    state.pair[member] = target


# Let a member change places with another that has a pair where it stands; return whether they did.
cdef inline bint change_places(
    const Problem* problem, State* state, Crowd* crowd, int32_t member, int64_t source,
    int64_t target, double cost, double most,
) noexcept nogil:
    cdef int32_t here = problem.pair_site[source], there = problem.pair_site[target], other
    cdef int64_t theirs, back = -1, pair
    if crowd.count[there] == 0:
        return False
    other = crowd.member[crowd.begin[there] + below(state, crowd.count[there])]
    theirs = state.pair[other]
    for pair in range(problem.pair_ptr[problem.owner[other]], problem.pair_ptr[problem.owner[other] + 1]):
        if problem.pair_site[pair] == here:
            back = pair
            break
    if back < 0:
        return False
    if state.members[here] == 1:  # the site is not left after all
        cost += problem.opening[here]
    cost += problem.pair_cost[back] - problem.pair_cost[theirs]
    cost += put(problem, state, theirs, -1.0) + put(problem, state, back, 1.0)
    if cost > most:
        put(problem, state, back, -1.0)
        put(problem, state, theirs, 1.0)
        return False
    move(problem, state, crowd, other, theirs, back)
    move(problem, state, crowd, member, source, target)
    return True


# Try one step of one member.
cdef inline void step(
    const Problem* problem, State* state, Crowd* crowd, int64_t n, double warmth
) noexcept nogil:
    cdef int32_t member = <int32_t> below(state, n), owner = problem.owner[member]
    cdef int64_t first = problem.pair_ptr[owner], n_pairs = problem.pair_ptr[owner + 1] - first
    cdef int64_t source = state.pair[member], target
    cdef double most, cost
    if n_pairs == 0:
        return
    target = first + below(state, n_pairs + problem.leaves)
    if target == first + n_pairs:
        target = -1
    if target == source:
        return
    most = warmth * state.lucks[draw(state) >> 52]
    cost = difference(problem, state, owner, source, target)
    if source >= 0:
        if cost - relief(problem, state, source) > most:
            return
        cost += put(problem, state, source, -1.0)
    if target >= 0:
        cost += put(problem, state, target, 1.0)
    if cost <= most:
        move(problem, state, crowd, member, source, target)
        return
    if source >= 0 and target >= 0:
        if change_places(problem, state, crowd, member, source, target, cost, most):
            return
    if target >= 0:
        put(problem, state, target, -1.0)
    if source >= 0:
        put(problem, state, source, 1.0)


def anneal(
    const int64_t[::1] pair_ptr,    # IN
    const double[::1] pair_cost,    # IN
    const int32_t[::1] pair_site,   # IN
    const int64_t[::1] use_ptr,     # IN
    const int32_t[::1] use_row,     # IN
    const double[::1] use_share,    # IN
    const double[::1] out_cost,     # IN
    const int32_t[::1] owner,       # IN
    const double[::1] price,        # IN
    const double[::1] opening,      # IN
    bint leaves,
    int64_t[::1] pair,              # IN, OUT
    double[::1] load,               # IN, OUT
    double warm,
    double cold,
    double cheap,
    double dear,
    int64_t n_steps,
    uint64_t seed,
    const int64_t[::1] stop,        # IN
):
    """Take random steps: all that pay, and others the seldomer the more they cost.

    Parameters
    ----------
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_cost : ndarray of shape (n_pairs,), float64
        Of one member.
    pair_site : ndarray of shape (n_pairs,), int32
        Of each pair; a class has a site once.
    use_ptr : ndarray of shape (n_pairs + 1,), int64
        What pair p uses is use_ptr[p] to use_ptr[p + 1].
    use_row, use_share : ndarray of shape (n_uses,), int32 and float64
        Of which row, and what share of its limit.
    out_cost : ndarray of shape (n_classes,), float64
        Of leaving one member out.
    owner : ndarray of shape (n_members,), int32
        The class of each member.
    price : ndarray of shape (n_rows,), float64
        Of an overflow as large as the row.
    opening : ndarray of shape (n_sites,), float64
        Of each site that has a member.
    leaves : bool
        Whether members may be left out that were not.
    pair : ndarray of shape (n_members,), int64
        Where each member is, -1 where it is left out; changed.
    load : ndarray of shape (n_rows,), float64
        What is used of each row, as a share of its limit; changed.
    warm, cold : float
        Steps that cost as much are taken one time in e: at first and at last.
    cheap, dear : float
        What the prices of overflow are multiplied by: at first and at last.
    n_steps : int
        How many steps to try.
    seed : int
        Of chance, not 0.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped before the last step; what is in `pair` stands all the same.

    Raises
    ------
    MemoryError
        If there is no room for the members by site: 14 bytes a member.

    Notes
    -----
    Both schedules are geometric. O(uses of a pair) a step. Rows may overflow at the end.

    References
    ----------
    Kirkpatrick, S., Gelatt, C. D. and Vecchi, M. P., "Optimization by simulated annealing", Science 220,
    1983.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import anneal
    >>> pair, load = np.array([0, 2]), np.array([2.0, 0.0])
    >>> anneal(
    ...     pair_ptr=np.array([0, 2, 4]), pair_cost=np.array([1.0, 5.0, 1.0, 2.0]),
    ...     pair_site=np.array([0, 1, 0, 1], np.int32), use_ptr=np.arange(5),
    ...     use_row=np.array([0, 1, 0, 1], np.int32), use_share=np.ones(4), out_cost=np.full(2, 99.0),
    ...     owner=np.array([0, 1], np.int32), price=np.full(2, 9.0), opening=np.zeros(2), leaves=False, pair=pair, load=load,
    ...     warm=1.0, cold=0.01, cheap=1.0, dear=9.0, n_steps=1000, seed=1,
    ...     stop=np.array([2**63 - 1, 0]))
    True
    >>> pair.tolist(), load.tolist()
    ([0, 3], [1.0, 1.0])
    """
    cdef Problem problem
    cdef State state
    cdef Crowd crowd
    cdef int64_t turn
    cdef Py_ssize_t n = pair.shape[0], n_sites = opening.shape[0], site
    cdef double warmth = warm
    cdef bint room, done = True
    if n == 0 or pair_cost.shape[0] == 0 or load.shape[0] == 0 or n_steps <= 0:
        return True
    problem.pair_ptr, problem.pair_cost, problem.pair_site = &pair_ptr[0], &pair_cost[0], &pair_site[0]
    problem.use_ptr = &use_ptr[0]
    problem.use_row = &use_row[0] if use_row.shape[0] else NULL
    problem.use_share = &use_share[0] if use_row.shape[0] else NULL
    problem.out_cost, problem.owner, problem.price = &out_cost[0], &owner[0], &price[0]
    problem.opening, problem.leaves = &opening[0], leaves
    state.pair, state.load, state.factor = &pair[0], &load[0], cheap
    state.luck = seed
    state.lucks = <double*> malloc(LUCKS * sizeof(double))
    state.members = <int64_t*> calloc(n_sites + 1, sizeof(int64_t))
    with nogil:
        room = gather(&crowd, &problem, &state, n, n_sites)
        room = room and state.lucks != NULL and state.members != NULL
        if room:
            for turn in range(n):
                if pair[turn] >= 0:
                    state.members[pair_site[pair[turn]]] += 1
            for turn in range(LUCKS):
                state.lucks[turn] = -log((turn + 0.5) / LUCKS)
            for turn in range(n_steps):
                if turn % PATIENCE == 0:
                    warmth = warm * exp(log(cold / warm) * turn / n_steps)
                    state.factor = cheap * exp(log(dear / cheap) * turn / n_steps)
                    if stopped(stop):
                        done = False
                        break
                step(&problem, &state, &crowd, n, warmth)
        disperse(&crowd)
        free(state.lucks)
        free(state.members)
    if not room:
        raise MemoryError("no room for the members of the sites")
    return done
