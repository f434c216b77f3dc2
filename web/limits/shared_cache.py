"""Redis as the cache shared by all processes; the site goes on without it."""

from __future__ import annotations

import logging
import time
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

# Timeout to connect and to answer, and how long a server that failed is not asked again.
PATIENCE_SECONDS = 1.0
AWAY_SECONDS = 10.0
OPTIONS = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
logger = logging.getLogger("loadbearing.cache")


class SharedCache(RedisCache):
    """While Redis is down each process counts alone, so limits hold for each process by itself."""

    _away_until = 0.0  # on the clock of time.monotonic(); for all threads, each of which has an instance

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("while Redis is away", {**params, "OPTIONS": {"MAX_ENTRIES": 100_000}})

    def _either(self, name: str, *arguments: Any, **more: Any) -> Any:
        cls = type(self)
        if time.monotonic() >= cls._away_until:
            try:
                return getattr(RedisCache, name)(self, *arguments, **more)
            except redis.RedisError as error:
                cls._away_until = time.monotonic() + AWAY_SECONDS
                logger.warning("Redis is away, each process counts for itself: %s", error)
        return getattr(self._own, name)(*arguments, **more)

    def add(self, *arguments: Any, **more: Any) -> Any:
        return self._either("add", *arguments, **more)

    def get(self, *arguments: Any, **more: Any) -> Any:
        return self._either("get", *arguments, **more)

    def set(self, *arguments: Any, **more: Any) -> Any:
        return self._either("set", *arguments, **more)

    def touch(self, *arguments: Any, **more: Any) -> Any:
        return self._either("touch", *arguments, **more)

    def delete(self, *arguments: Any, **more: Any) -> Any:
        return self._either("delete", *arguments, **more)

    def has_key(self, *arguments: Any, **more: Any) -> Any:
        return self._either("has_key", *arguments, **more)

    def incr(self, *arguments: Any, **more: Any) -> Any:
        return self._either("incr", *arguments, **more)

    def get_many(self, *arguments: Any, **more: Any) -> Any:
        return self._either("get_many", *arguments, **more)

    def set_many(self, *arguments: Any, **more: Any) -> Any:
        return self._either("set_many", *arguments, **more)

    def delete_many(self, *arguments: Any, **more: Any) -> Any:
        return self._either("delete_many", *arguments, **more)

    def clear(self) -> Any:
        return self._either("clear")
