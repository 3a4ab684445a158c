/* Draws cards with Microsoft's renderer: one below the other, each in a box of the width it is asked for. */
"use strict";

const markdown = window.markdownit();
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
};

const pressed = [];

/** Draws one card into a box of its own at the end of the page; returns what the renderer complains of. */
function draw(name, content, config, width, caption) {
    const host = new AdaptiveCards.HostConfig(config);
    const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = host;
    card.onExecuteAction = (action) => pressed.push({
        title: action.title, type: action.getJsonTypeName(), verb: action.verb, data: action.data,
    });
    card.parse(content, context);
    const complaints = [];
    for (let at = 0; at < context.eventCount; at++) complaints.push(context.getEventAt(at).message);
    for (const event of card.validateProperties().validationEvents) complaints.push(event.message);
    // Its pattern for languages remembers where it stopped, so that every other card's language is refused.
    const real = complaints.filter((complaint) => complaint !== `Invalid value "${content.lang}" for property "lang".`);
    const box = document.createElement("section");
    box.dataset.name = name;
    box.lang = content.lang;
    box.style.width = `${width}px`;
    if (caption) {
        const said = document.createElement("p");
        said.className = "caption";
        said.textContent = caption;
        box.append(said);
    }
    const frame = document.createElement("div");
    frame.className = "teams-card";
    frame.append(card.render());
    box.append(frame);
    document.querySelector("main").append(box);
    return real;
}

/** What sticks out of the box, or is cut off in it. */
function broken(name) {
    const box = document.querySelector(`section[data-name="${CSS.escape(name)}"]`);
    const right = box.getBoundingClientRect().right;
    const found = [];
    for (const part of box.querySelectorAll("*")) {
        const at = part.getBoundingClientRect();
        if (at.width && at.right > right + 0.5) found.push(`sticks out ${Math.round(at.right - right)} px: ${part.outerHTML.slice(0, 120)}`);
        const isField = part.matches("input, textarea, select, option");
        if (!isField && getComputedStyle(part).overflow === "hidden" && part.scrollWidth > part.clientWidth + 1) {
            found.push(`cut off: ${part.textContent.slice(0, 120)}`);
        }
    }
    return found;
}

/** The texts of the box as they are read: those of elements, of fields, and of what stands in fields. */
function texts(name) {
    const box = document.querySelector(`section[data-name="${CSS.escape(name)}"]`);
    const fields = [...box.querySelectorAll("input, textarea")].map((field) => field.value);
    const pictures = [...box.querySelectorAll("img")].map((picture) => picture.alt);
    return [box.textContent, ...fields, ...pictures].join("\n");
}

/** The names of fields that a screen reader would have no words for. */
function unlabelled(name) {
    const box = document.querySelector(`section[data-name="${CSS.escape(name)}"]`);
    const isNamed = (field) => field.getAttribute("aria-label")
        || (field.getAttribute("aria-labelledby") || "").split(" ").some((id) => id && document.getElementById(id)?.textContent.trim())
        || field.labels?.length;
    return [...box.querySelectorAll("input, textarea, select")].filter((field) => !isNamed(field)).map((field) => field.outerHTML);
}
