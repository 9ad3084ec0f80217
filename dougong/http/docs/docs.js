// Lists the operations of /api/openapi.json. All text is set as text, never as HTML.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function resolve(spec, schema, depth) {
  if (!schema || depth > 6) return {};
  if (schema.$ref) return resolve(spec, schema.$ref.split("/").slice(1).reduce((at, key) => at[key], spec), depth + 1);
  return schema;
}

// A schema as indented lines: name, type, and what it may be.
function outline(spec, given, depth) {
  const schema = resolve(spec, given, 0);
  const pad = "  ".repeat(depth);
  if (depth > 4) return pad + "…\n";
  const variants = (schema.anyOf || schema.oneOf || []).map((one) => resolve(spec, one, 0));
  const shown = variants.find((one) => one.properties) || schema;
  if (shown.properties) {
    const required = new Set(shown.required || []);
    return Object.entries(shown.properties)
      .map(([name, property]) => line(spec, name, property, required.has(name), depth))
      .join("");
  }
  return pad + typeOf(spec, schema) + "\n";
}

function line(spec, name, property, required, depth) {
  const schema = resolve(spec, property, 0);
  const description = schema.description || property.description;
  const head = "  ".repeat(depth) + name + (required ? "" : "?") + ": " + typeOf(spec, property);
  const items = schema.type === "array" ? resolve(spec, schema.items, 0) : schema;
  const below = items.properties ? outline(spec, items, depth + 1) : "";
  return head + (description ? "   — " + description.split("\n")[0] : "") + "\n" + below;
}

function typeOf(spec, given) {
  const schema = resolve(spec, given, 0);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const variants = schema.anyOf || schema.oneOf;
  if (variants) return variants.map((one) => typeOf(spec, one)).join(" | ");
  if (schema.type === "array") return "[" + typeOf(spec, schema.items) + "]";
  return schema.title && schema.properties ? schema.title : schema.type || "any";
}

function operation(spec, path, method, found) {
  const inside = element("div", { class: "inside" });
  if (found.description) inside.append(element("p", {}, found.description));
  if (found.parameters && found.parameters.length) {
    const rows = found.parameters.map((one) =>
      element("tr", {}, element("td", {}, element("code", {}, one.name)), element("td", {}, one.in),
        element("td", {}, typeOf(spec, one.schema) + (one.required ? " *" : "")), element("td", {}, one.description || "")));
    inside.append(element("table", {}, ...rows));
  }
  const content = found.requestBody && resolve(spec, found.requestBody, 0).content;
  for (const [type, body] of Object.entries(content || {}))
    inside.append(element("p", { class: "note" }, "→ " + type), element("pre", {}, outline(spec, body.schema, 0)));
  for (const [status, answer] of Object.entries(found.responses || {})) {
    const media = Object.entries(answer.content || {}).find(([type]) => type === "application/json");
    inside.append(element("p", { class: "note" }, "← " + status + " " + (answer.description || "")));
    if (media && Number(status) < 400) inside.append(element("pre", {}, outline(spec, media[1].schema, 0)));
  }
  const title = element("summary", {}, element("span", { class: "method " + method }, method.toUpperCase()),
    element("code", {}, path), " ", element("span", { class: "note" }, found.summary || ""));
  return element("details", {}, title, inside);
}

function draw(spec, wanted) {
  const groups = new Map();
  for (const [path, item] of Object.entries(spec.paths))
    for (const method of METHODS.filter((one) => item[one])) {
      const found = item[method];
      const text = [path, method, found.summary, found.description].join(" ").toLowerCase();
      if (!text.includes(wanted)) continue;
      const tag = (found.tags || ["other"])[0];
      groups.set(tag, [...(groups.get(tag) || []), operation(spec, path, method, found)]);
    }
  const sections = [...groups].map(([tag, found]) => element("section", {}, element("h2", {}, tag), ...found));
  document.getElementById("operations").replaceChildren(...sections);
}

fetch("/api/openapi.json")
  .then((answer) => answer.json())
  .then((spec) => {
    const find = document.getElementById("find");
    find.addEventListener("input", () => draw(spec, find.value.trim().toLowerCase()));
    draw(spec, "");
  })
  .catch((error) => document.getElementById("operations").replaceChildren(String(error)));
