"use strict";
(() => {
  const sites = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  // Names come from the data: they are only ever set as text, never as HTML.
  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  };

  $("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  const level = (share) => [0.2, 0.4, 0.6, 0.8, 0.95].filter((edge) => share > edge).length;
  const meter = (share) => {
    const outer = make("span", undefined, "meter l" + level(share));
    const inner = outer.appendChild(make("span"));
    inner.style.width = Math.min(100, 100 * share).toFixed(1) + "%";
    return outer;
  };
  const rows = (head, lines) => {
    const table = make("table");
    const top = table.appendChild(make("thead")).appendChild(make("tr"));
    head.forEach((text, i) => top.appendChild(make("th", text, i ? "num" : "")));
    const body = table.appendChild(make("tbody"));
    for (const line of lines) {
      const row = body.appendChild(make("tr"));
      line.forEach((text, i) => row.appendChild(make(i ? "td" : "th", text, i ? "num" : "")));
    }
    return table;
  };

  const chart = $("chart");
  let chosen = null;
  const aim = (row) => {
    if (!chart) return;
    chart.classList.toggle("aim", row !== null);
    for (const element of all(".flows path, .site", chart)) {
      const mine = element.dataset.row === row;
      element.classList.toggle("lit", mine);
      if (element.classList.contains("site")) element.classList.toggle("chosen", mine && row === chosen);
    }
  };
  const choose = (row) => {
    chosen = row;
    aim(row);
    $("overview").hidden = row !== null;
    const detail = $("detail");
    detail.hidden = row === null;
    detail.replaceChildren();
    const site = row === null ? null : sites[row];
    if (!site) return;
    const close = detail.appendChild(make("button", "✕", "close"));
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => choose(null));
    detail.append(make("h2", site.id), make("p", site.where, "note"));
    if (site.loads.length) {
      detail.append(make("h3", "Load"));
      const list = detail.appendChild(make("dl"));
      for (const [name, used, limit, share] of site.loads) {
        const bar = make("dd");
        bar.append(meter(share));
        list.append(make("dt", name), bar, make("dd", used + " / " + limit, "num"));
      }
    }
    if (site.from.length) {
      detail.append(make("h3", "Its users are at"));
      detail.append(rows(["Node", "Workloads"], site.from.map(([node, n]) => [node, n.toLocaleString("en")])));
    }
    const more = site.n - site.workloads.length;
    detail.append(make("h3", site.n.toLocaleString("en") + (site.n === 1 ? " workload" : " workloads")));
    if (site.n) detail.append(rows(["Workload", "RTT, ms", "bound"], site.workloads));
    if (more > 0) detail.append(make("p", "and " + more.toLocaleString("en") + " more", "note"));
  };

  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-row]");
    if (!element) return;
    const row = element.dataset.row;
    choose(chosen === row && element.classList.contains("site") ? null : row);
    if (element.classList.contains("link") && element.closest("#sites")) $("map").scrollIntoView();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(null);
    if ((event.key === "Enter" || event.key === " ") && event.target.classList.contains("site")) {
      event.preventDefault();
      choose(event.target.dataset.row);
    }
  });

  if (chart) {
    for (const site of all(".site", chart)) {
      site.addEventListener("pointerenter", () => chosen === null && aim(site.dataset.row));
      site.addEventListener("pointerleave", () => chosen === null && aim(null));
    }
    for (const input of all("input[name=colour]")) {
      input.addEventListener("change", () => {
        chart.classList.toggle("by-operator", input.value === "operator");
        chart.classList.toggle("by-load", input.value === "load");
      });
    }
    const whole = chart.viewBox.baseVal;
    const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    let view = { ...full };
    const show = () => {
      chart.setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));
      chart.style.setProperty("--z", Math.pow(full.width / view.width, 0.8));
    };
    const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
      const width = Math.min(full.width * 1.3, Math.max(full.width / 30, view.width / factor));
      const scale = width / view.width;
      view = { x: x - (x - view.x) * scale, y: y - (y - view.y) * scale, width, height: view.height * scale };
      show();
    };
    const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse());
    $("closer").addEventListener("click", () => zoom(1.6));
    $("wider").addEventListener("click", () => zoom(1 / 1.6));
    $("whole").addEventListener("click", () => { view = { ...full }; show(); });
    // Only with Ctrl or Cmd, so that the page still scrolls over the map.
    chart.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const at = point(event);
      zoom(Math.exp(-event.deltaY / 300), at.x, at.y);
    }, { passive: false });
    chart.addEventListener("dblclick", (event) => { const at = point(event); zoom(1.8, at.x, at.y); });
    let grip = null;
    chart.addEventListener("pointerdown", (event) => { if (!event.target.closest(".site")) { grip = point(event); chart.classList.add("drag"); } });
    addEventListener("pointermove", (event) => {
      if (!grip) return;
      const at = point(event);
      view = { ...view, x: view.x + grip.x - at.x, y: view.y + grip.y - at.y };
      show();
    });
    addEventListener("pointerup", () => { grip = null; chart.classList.remove("drag"); });
  }

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
  };
  for (const table of all("table.sortable")) {
    all("thead th", table).forEach((head, column) => {
      const button = make("button", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && !head.classList.contains("num"));
        all("th", table.tHead).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const sorted = [...table.tBodies[0].rows].filter((row) => row.cells.length > column);
        sorted.sort((a, b) => {
          const x = key(a, column), y = key(b, column);
          return (up ? 1 : -1) * (typeof x === "number" ? x - y : x.localeCompare(y, "en", { numeric: true }));
        });
        table.tBodies[0].append(...sorted);
      });
    });
  }
  for (const input of all("input[data-filter]")) {
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of $(input.dataset.filter).tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  }
})();
