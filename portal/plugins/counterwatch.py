"""For ``datasette --plugins-dir portal/plugins``: the hooks of portal.plugin, and nothing else."""

from portal.plugin import (
    asgi_wrapper,
    handle_exception,
    prepare_connection,
    prepare_jinja2_environment,
    register_output_renderer,
    register_routes,
    render_cell,
    startup,
)

__all__ = [
    "asgi_wrapper",
    "handle_exception",
    "prepare_connection",
    "prepare_jinja2_environment",
    "register_output_renderer",
    "register_routes",
    "render_cell",
    "startup",
]
