"""A browser of one window with WebKitGTK that keeps its storage in a folder: `webkit_tab.py FOLDER`.

Debian's own little browser forgets everything when it is driven; a phone does not. Debian's own Python runs
this, because it is the one that has the bindings.
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402


def keeping(folder: str) -> WebKit2.WebContext:
    """What all windows share, with cookies, databases and caches on the disk."""
    kept = WebKit2.WebsiteDataManager(
        base_data_directory=f"{folder}/data", base_cache_directory=f"{folder}/cache"
    )
    cookies = kept.get_cookie_manager()
    cookies.set_persistent_storage(f"{folder}/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
    context = WebKit2.WebContext(website_data_manager=kept)
    context.set_preferred_languages(["km"])
    context.set_automation_allowed(True)
    return context


def main() -> None:
    context = keeping(sys.argv[1])

    def window(_session: WebKit2.AutomationSession) -> WebKit2.WebView:
        frame = Gtk.Window(default_width=360, default_height=740)
        view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
        frame.add(view)
        frame.show_all()
        return view

    def begin(_context: WebKit2.WebContext, session: WebKit2.AutomationSession) -> None:
        session.connect("create-web-view", window)

    context.connect("automation-started", begin)
    Gtk.main()


if __name__ == "__main__":
    main()
