const { dest, src } = require('gulp');

/** Icons and codex files lie beside the JavaScript that names them. */
const buildIcons = () =>
	src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.', encoding: false }).pipe(dest('dist'));

exports['build:icons'] = buildIcons;
