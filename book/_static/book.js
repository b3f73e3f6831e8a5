// What every page does: theme, contents on narrow screens, code copying, print, keyboard scrolling.
(function () {
  "use strict";
  const root = document.documentElement;
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  function remember(key, value) {
    try { localStorage.setItem(key, value); } catch (error) { /* storage may be switched off */ }
  }

  function setUpTheme() {
    const button = one(".theme-button");
    const label = button.querySelector("span");
    const show = () => { label.textContent = root.dataset.theme === "dark" ? "Light page" : "Dark page"; };
    button.addEventListener("click", () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      remember("dlcourse.theme", root.dataset.theme);
      show();
    });
    show();
  }

  function setUpMenu() {
    const button = one(".menu-button");
    const open = (wanted) => {
      root.classList.toggle("contents-open", wanted);
      button.setAttribute("aria-expanded", String(wanted));
    };
    button.addEventListener("click", () => open(!root.classList.contains("contents-open")));
    one("#contents").addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !root.classList.contains("contents-open")) return;
      open(false);
      button.focus();
    });
  }

  // A box that scrolls sideways must be reachable by keyboard; one that does not must not be a stop.
  function markScrollBoxes() {
    for (const box of all(".scroll-box, .highlight pre, .output pre")) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", box.matches("pre") ? "Code, scrolls sideways" : "Scrolls sideways");
      } else if (box.tabIndex === 0) {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
  }

  function setUpCopying() {
    if (!navigator.clipboard) return;
    for (const code of all("div.highlight")) {
      if (code.closest(".cell_output")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy-button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(code.querySelector("pre").innerText);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      code.append(button);
    }
  }

  // Pictures below the window load when it is quiet, so that a printed page has them all.
  function loadPictures() {
    for (const image of all("main img")) if (image.offsetParent) image.loading = "eager";
  }

  // A picture in motion is an SVG that plays when it is loaded: a new address plays it again.
  function setUpMotion() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const figure of all("figure:has(img[data-moving])")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button play-button";
      button.textContent = "Play";
      let played = 0;
      button.addEventListener("click", () => {
        played += 1;
        button.textContent = "Play again";
        for (const image of figure.querySelectorAll("img[data-moving]")) image.src = `${image.dataset.moving}?${played}`;
      });
      figure.querySelector("figcaption").before(button);
    }
  }

  function setUpPrinting() {
    addEventListener("load", () => setTimeout(loadPictures, 500));
    let opened = [];
    let theme = "light";
    addEventListener("beforeprint", () => {
      theme = root.dataset.theme;
      root.dataset.theme = "light";
      opened = all("details:not([open])");
      for (const details of opened) details.open = true;
    });
    addEventListener("afterprint", () => {
      root.dataset.theme = theme;
      for (const details of opened) details.open = false;
    });
  }

  // Scroll the contents, and never the page, until a link shows.
  function keepInView(link) {
    const box = one("#contents");
    const [place, frame] = [link.getBoundingClientRect(), box.getBoundingClientRect()];
    if (place.bottom > frame.bottom) box.scrollTop += place.bottom - frame.bottom + 40;
    if (place.top < frame.top) box.scrollTop += place.top - frame.top - 40;
  }

  // Mark the section being read in the contents.
  function followReading() {
    const links = new Map(all('.contents a[href^="#"]').map((link) => [link.getAttribute("href").slice(1), link]));
    const watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        const link = links.get(entry.target.id);
        link.setAttribute("aria-current", "location");
        keepInView(link);
      }
    }, { rootMargin: "-10% 0px -80% 0px" });
    for (const section of all("main section[id]")) if (links.has(section.id)) watcher.observe(section);
  }

  setUpTheme();
  setUpMenu();
  setUpCopying();
  setUpMotion();
  setUpPrinting();
  followReading();
  markScrollBoxes();
  addEventListener("resize", markScrollBoxes);
  document.fonts.ready.then(markScrollBoxes);
  document.addEventListener("toggle", markScrollBoxes, true);
})();
