// Checks app packages against Microsoft's schemas as they come with @microsoft/app-manifest, without asking the internet.
// In: a JSON list of packages, each {"manifest": {...}, "translations": [{...}]}. Out: for each, the list of errors.
const { readFileSync } = require("node:fs");
const { AppManifestUtils } = require("@microsoft/app-manifest");
const Ajv = require("ajv-draft-04");
const addFormats = require("ajv-formats");

const SCHEMAS = "https://developer.microsoft.com/json-schemas/teams/v1.30";

globalThis.fetch = () => { throw new Error("The schema does not come with the package: it would be fetched."); };

async function main() {
  const own = await AppManifestUtils.fetchSchema(`${SCHEMAS}/MicrosoftTeams.schema.json`);
  // Some of its patterns are none in Unicode mode, in which the package's own check would compile them.
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  addFormats(ajv, ["uri"]);
  const isLocalised = ajv.compile(await AppManifestUtils.fetchSchema(`${SCHEMAS}/MicrosoftTeams.Localization.schema.json`));
  const told = [];
  for (const { manifest, translations } of JSON.parse(readFileSync(0, "utf8"))) {
    const errors = await AppManifestUtils.validateAgainstSchema(manifest, own);
    for (const texts of translations) {
      if (!isLocalised(texts)) errors.push(...isLocalised.errors.map((error) => `${error.instancePath} ${error.message}`));
    }
    told.push(errors);
  }
  process.stdout.write(JSON.stringify(told));
}

main();
