// Styles that hide what has a place on the page: clips that leave nothing of it, and what nobody can see through to.
() => {
  // A clip path that lets next to nothing through: an inset that meets the one across, or a shape without an area.
  const emptied = (path, el) => {
    const [, shape, arg] = /^(inset|circle|ellipse|polygon)\((.*)\)$/.exec(path) || [];
    if (!shape) return false;
    if (/^(circle|ellipse)$/.test(shape)) return /^(\S+ )?0(px|%)?( |$)/.test(arg);
    const share = (text, length) => parseFloat(text) / (text.endsWith('%') ? 100 : length || 1) || 0;
    const size = [el.offsetWidth, el.offsetHeight];
    if (shape === 'inset') {
      const [top, right = top, bottom = top, left = right] = arg.replace(/ round .*/, '').split(' ');
      return share(left, size[0]) + share(right, size[0]) >= 0.8 || share(top, size[1]) + share(bottom, size[1]) >= 0.8;
    }
    const points = arg.replace(/^(nonzero|evenodd), /, '').split(', ').map((one) => one.split(' '));
    return [0, 1].some((axis) => new Set(points.map((one) => share(one[axis] || '', size[axis]))).size === 1);
  };
  const clipped = (style, el) => {
    const rect = /^rect\(([^)]*)\)/.exec(style.clip);
    if (rect) {
      const [top, right, bottom, left] = rect[1].split(/[\s,]+/).map((side) => parseFloat(side) || 0);
      if (right - left <= 2 || bottom - top <= 2) return true;
    }
    return emptied(style.clipPath, el);
  };
  const opacityOf = (style) => {
    const [, amount, unit] = /opacity\(([\d.]+)(%?)\)/.exec(style.filter) || [];
    return parseFloat(style.opacity) * (amount ? parseFloat(amount) / (unit ? 100 : 1) : 1);
  };
  return { clipped, opacityOf };
}
