"""Closed forms for queues with Poisson arrivals and exponential service.

Every function takes floats or numpy arrays (broadcast together) and gives the same shape back.
`offered_load` is in erlangs: arrival rate x mean service time, both in one unit of time.
A queue that cannot keep up (offered load >= servers) has no steady state: its waits are infinite.
Sources: L. Kleinrock, Queueing Systems, volume 1 (1975), chapter 3; A. K. Erlang (1917).
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = "float | npt.NDArray[np.float64]"

# Starting this many times the root of the load below the end leaves at most e^-50 of the error of the start.
_DEVIATIONS_BELOW = 10.0
# Above this load the recursion takes thousands of steps, and the closed form is within a hundred-thousandth of it.
_MANY = 10_000.0


def erlang_b(servers: Numbers, offered_load: Numbers) -> Numbers:
    """The share of calls lost by `servers` lines with no queue: B(c, a) by B(n) = a B(n-1) / (n + a B(n-1)).

    `servers` is rounded down, since part of a server serves nobody. Loads above 10,000 erlangs take the closed form of
    `_erlang_b_of_many`, so that the time does not grow with the load.
    """
    c, a = np.broadcast_arrays(np.floor(np.asarray(servers, dtype=float)), np.asarray(offered_load, dtype=float))
    _check(c, a)
    if c.ndim == 0:
        return _erlang_b_of_one(int(c), float(a)) if a <= _MANY else float(_erlang_b_of_many(c, a))
    if np.any(is_large := a > _MANY):
        blocking = np.empty(c.shape)
        blocking[is_large] = _erlang_b_of_many(c[is_large], a[is_large])
        blocking[~is_large] = erlang_b(c[~is_large], a[~is_large])
        return blocking
    # The recursion forgets where it began, so the long way up to a large load can be left out.
    skipped = np.maximum(np.floor(np.minimum(c, a) - _DEVIATIONS_BELOW * np.sqrt(a)), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        blocking = np.where(a > 0, 1.0 - skipped / a, 0.0)
    blocking = np.where((c == 0), 1.0, blocking)
    for step in range(1, int(np.max(c - skipped, initial=0.0)) + 1):
        n = skipped + step
        next_blocking = a * blocking / (n + a * blocking)
        blocking = np.where(n <= c, next_blocking, blocking)
        if not np.any((n < c) & (blocking > 0)):
            break
    return _like_input(blocking)


def _erlang_b_of_one(servers: int, load: float) -> float:
    """The same for a single case, where plain numbers are many times quicker than arrays."""
    if servers == 0 or load == 0:
        return 1.0 if servers == 0 else 0.0
    skipped = max(math.floor(min(servers, load) - _DEVIATIONS_BELOW * math.sqrt(load)), 0)
    blocking = 1.0 - skipped / load
    for n in range(skipped + 1, servers + 1):
        blocking = load * blocking / (n + load * blocking)
        if blocking == 0:
            break
    return blocking


def _erlang_b_of_many(c: npt.NDArray[np.float64], a: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """B(c, a) = P(N = c) / P(N <= c), where N is Poisson with the mean a, for a large a.

    P(N <= c) is the incomplete gamma function Q(c + 1, a), here with the first term of its uniform expansion (N. M.
    Temme, SIAM Journal on Mathematical Analysis 10, 1979); its relative error is below 1 / c. Where less than half of
    the load is served, 1/B = sum of c (c - 1) ... (c - k + 1) / a^k is summed with its first correction.
    """
    served = c / a
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        mostly_lost = 1.0 / (1.0 / (1.0 - served) - served / (a * (1.0 - served) ** 3))
        shape = c + 1.0
        above = (a - shape) / shape
        series = above**2 * (1 / 2 - above * (1 / 3 - above * (1 / 4 - above / 5)))
        distance = np.where(np.abs(above) < 1e-3, series, above - np.log1p(above))
        eta = np.copysign(np.sqrt(2.0 * distance), above)
        near = -1 / 3 + eta * (1 / 12 - eta * (2 / 135 - eta / 864))
        term = np.where(np.abs(eta) < 1e-2, near, 1.0 / above - 1.0 / eta) / np.sqrt(2.0 * math.pi * shape)
        z = eta * np.sqrt(shape / 2.0)
        exactly = shape / a / np.sqrt(2.0 * math.pi * shape) / (1.0 + 1.0 / (12.0 * shape))
        # Both probabilities with e^(-z^2) taken out, which is too small for a number where much is lost.
        at_most = np.where(z > 0, 0.5 * _scaled_erfc(np.maximum(z, 0.0)) + term, 0.0)
        rare = np.exp(-(z**2))
        found = np.where(
            z > 0, exactly / at_most, exactly * rare / (1.0 - 0.5 * _erfc(np.maximum(-z, 0.0)) + term * rare)
        )
    return np.where(served < 0.5, mostly_lost, found)


def _erfc(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.vectorize(math.erfc, otypes=[float])(x))


def _scaled_erfc(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """exp(x^2) erfc(x) for x from 0; by its asymptotic series where the factors leave the range of numbers."""
    small = np.minimum(x, 25.0)
    inverse = 1.0 / np.maximum(x, 25.0) ** 2
    far = np.sqrt(inverse / math.pi) * (1.0 - inverse / 2.0 * (1.0 - 1.5 * inverse))
    return np.where(x < 25.0, np.exp(small**2) * _erfc(small), far)


def erlang_c(servers: Numbers, offered_load: Numbers) -> Numbers:
    """The share of requests that have to wait for one of `servers` servers: C(c, a) = B / (1 - (a/c)(1 - B)).

    It is 1 where the load reaches or exceeds the servers: then everybody waits.
    """
    c, a = np.broadcast_arrays(np.floor(np.asarray(servers, dtype=float)), np.asarray(offered_load, dtype=float))
    lost = np.asarray(erlang_b(c, a))
    with np.errstate(invalid="ignore", divide="ignore"):
        waiting = c * lost / (c - a * (1.0 - lost))
    return _like_input(np.where(a < c, waiting, 1.0))


def utilisation(arrival_rate: Numbers, service_rate: Numbers, servers: Numbers = 1.0) -> Numbers:
    """Work that arrives over work that can be done: rho = lambda / (c mu). Above 1 the queue grows without end."""
    capacity = np.floor(np.asarray(servers, dtype=float)) * np.asarray(service_rate, dtype=float)
    if np.any(capacity <= 0):
        raise ValueError("utilisation needs at least one server and a service rate above 0")
    return _like_input(np.asarray(arrival_rate, dtype=float) / capacity)


def mean_wait(arrival_rate: Numbers, service_rate: Numbers, servers: Numbers = 1.0) -> Numbers:
    """M/M/c: mean time in the queue, before service starts: Wq = C(c, a) / (c mu - lambda). Infinite when saturated."""
    arrivals, service, c = _rates(arrival_rate, service_rate, servers)
    spare = c * service - arrivals
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = np.asarray(erlang_c(c, arrivals / service)) / spare
    return _like_input(np.where(spare > 0, wait, np.inf))


def mean_response(arrival_rate: Numbers, service_rate: Numbers, servers: Numbers = 1.0) -> Numbers:
    """M/M/c: mean time from arrival to answer: W = Wq + 1/mu. For one server it is 1 / (mu - lambda)."""
    return _like_input(np.asarray(mean_wait(arrival_rate, service_rate, servers)) + 1.0 / np.asarray(service_rate))


def wait_percentile(quantile: Numbers, arrival_rate: Numbers, service_rate: Numbers, servers: Numbers = 1.0) -> Numbers:
    """M/M/c, first come first served: the wait that a share `quantile` of requests does not exceed.

    P(wait > t) = C exp(-(c mu - lambda) t), so t = ln(C / (1 - quantile)) / (c mu - lambda), and 0 where fewer
    than 1 - quantile have to wait at all.
    """
    tail = _tail(quantile)
    arrivals, service, c = _rates(arrival_rate, service_rate, servers)
    spare = c * service - arrivals
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = np.log(np.asarray(erlang_c(c, arrivals / service)) / tail) / spare
    return _like_input(np.where(spare > 0, np.maximum(wait, 0.0), np.inf))


def response_percentile(quantile: Numbers, arrival_rate: Numbers, service_rate: Numbers) -> Numbers:
    """M/M/1: the time from arrival to answer that a share `quantile` does not exceed.

    The response time of M/M/1 is exponential with rate mu - lambda, so t = -ln(1 - quantile) / (mu - lambda).
    """
    spare = np.asarray(service_rate, dtype=float) - np.asarray(arrival_rate, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        time = -np.log(_tail(quantile)) / spare
    return _like_input(np.where(spare > 0, time, np.inf))


def mean_queue_length(arrival_rate: Numbers, service_rate: Numbers, servers: Numbers = 1.0) -> Numbers:
    """M/M/c: mean number of requests that wait, by Little's law: Lq = lambda Wq."""
    return in_system(arrival_rate, mean_wait(arrival_rate, service_rate, servers))


def in_system(arrival_rate: Numbers, mean_time: Numbers) -> Numbers:
    """Little's law: how many are inside = rate of arrival x mean time inside (L = lambda W).

    It needs no Poisson, no exponential and no order of service, only a steady state.
    J. D. C. Little, A proof for the queuing formula L = lambda W, Operations Research 9 (1961).
    """
    return _like_input(np.asarray(arrival_rate, dtype=float) * np.asarray(mean_time, dtype=float))


def servers_for_wait(arrival_rate: float, service_rate: float, longest_mean_wait: float, most: int = 100_000) -> int:
    """The fewest servers whose mean wait is at most `longest_mean_wait`. ValueError when `most` are not enough."""
    if longest_mean_wait <= 0:
        raise ValueError("the longest mean wait must be above 0")
    _rates(arrival_rate, service_rate, 1.0)
    low = int(arrival_rate / service_rate) + 1
    high = low
    while high < most and float(mean_wait(arrival_rate, service_rate, high)) > longest_mean_wait:
        high = min(high * 2, most)
    if low > most or float(mean_wait(arrival_rate, service_rate, high)) > longest_mean_wait:
        raise ValueError(f"{most} servers are not enough")
    while low < high:
        middle = (low + high) // 2
        if float(mean_wait(arrival_rate, service_rate, middle)) <= longest_mean_wait:
            high = middle
        else:
            low = middle + 1
    return low


def _rates(
    arrival_rate: Numbers, service_rate: Numbers, servers: Numbers
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    arrivals, service, c = np.broadcast_arrays(
        np.asarray(arrival_rate, dtype=float),
        np.asarray(service_rate, dtype=float),
        np.floor(np.asarray(servers, dtype=float)),
    )
    if np.any(~(service > 0)):
        raise ValueError("the service rate must be above 0")
    _check(c, arrivals)
    return arrivals, service, c


def _tail(quantile: Numbers) -> npt.NDArray[np.float64]:
    share = np.asarray(quantile, dtype=float)
    if np.any(~((share >= 0) & (share < 1))):
        raise ValueError("a quantile lies from 0 up to, but not at, 1")
    return 1.0 - share


def _check(servers: npt.NDArray[np.float64], load: npt.NDArray[np.float64]) -> None:
    if np.any(~(servers >= 0)) or np.any(np.isinf(servers)):
        raise ValueError("servers must be a finite number from 0")
    if np.any(~(load >= 0)) or np.any(np.isinf(load)):
        raise ValueError("the load must be a finite number from 0")


def _like_input(values: npt.NDArray[np.float64]) -> Numbers:
    return float(values) if values.ndim == 0 else values
