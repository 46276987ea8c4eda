// Browsers that know Trusted Types make parts of a page only out of what passes here. These pages take parts from
// this site alone, and the site's policy lets no script in them run; a page without this file takes none at all.
// Texts and addresses that would run as scripts pass nowhere.
if (self.trustedTypes?.createPolicy) trustedTypes.createPolicy("default", { createHTML: (html) => html });
