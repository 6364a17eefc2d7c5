// What the page cannot do from the service: keys, the theme's cookie, the reviewer's name.
window.dxmiLine = (() => {
    const name = "dxmi-reviewer";
    let listener = null;
    return {
        listen(page) {
            this.unlisten();
            listener = e => {
                const inField = e.target instanceof HTMLElement && e.target.closest("input, textarea, select, [contenteditable]");
                if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || (inField && e.key !== "Escape"))
                    return;
                if (inField) {
                    e.target.blur();
                    return;
                }
                if (["ArrowDown", "ArrowUp"].includes(e.key))
                    e.preventDefault();
                page.invokeMethodAsync("KeyAsync", e.key);
            };
            document.addEventListener("keydown", listener);
        },
        unlisten() {
            if (listener)
                document.removeEventListener("keydown", listener);
            listener = null;
        },
        setTheme(theme) {
            document.cookie = `dxmi-theme=${theme};path=/;max-age=31536000;samesite=strict`;
        },
        prefersDark: () => window.matchMedia("(prefers-color-scheme: dark)").matches,
        reviewer: () => localStorage.getItem(name) ?? "",
        keepReviewer: value => localStorage.setItem(name, value),
        focus(id) {
            document.getElementById(id)?.focus();
        },
    };
})();
