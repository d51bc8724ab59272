import type { Locator } from 'playwright-core';

/** Finds the texts below an element that are wider than the room they have. */
export const cutTexts = (root: Locator): Promise<string[]> =>
	root.evaluate((element) => {
		const TOLERANCE = 1;
		const found: string[] = [];
		const clips = (style: CSSStyleDeclaration) => style.overflowX !== 'visible';

		const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
		while (walker.nextNode()) {
			const text = walker.currentNode.textContent?.trim() ?? '';
			if (text === '') continue;
			const range = document.createRange();
			range.selectNodeContents(walker.currentNode);
			const { right, width } = range.getBoundingClientRect();
			let parent = walker.currentNode.parentElement;
			while (parent && parent !== element && width > 0) {
				const edge = parent.getBoundingClientRect().right;
				if (clips(getComputedStyle(parent)) && right > edge + TOLERANCE) {
					found.push(text);
					break;
				}
				parent = parent.parentElement;
			}
		}

		const pen = document.createElement('canvas').getContext('2d');
		for (const input of element.querySelectorAll('input')) {
			const text = input.value || input.placeholder;
			if (!pen || input.clientWidth === 0 || input.type === 'password') continue;
			const style = getComputedStyle(input);
			pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
			const room =
				input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
			if (pen.measureText(text).width > room + TOLERANCE) found.push(text);
		}
		return found;
	});
