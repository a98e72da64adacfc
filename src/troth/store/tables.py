"""Every table by its name, made when the first is asked for: most asks need none, and to make them takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troth.store.schema import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        from troth.store import schema

        made = getattr(schema, name)
        globals()[name] = made
        return made
