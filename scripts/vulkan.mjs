// A Vulkan device computed by the processor, for machines without a graphics card: SwiftShader, which Chromium brings.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What has to be in the environment of a program, when it starts, for it to find that device beside those of the
 * operating system's drivers, which may be there without a card. Nothing where Chromium brings none, or somebody has
 * chosen the drivers.
 * @param {string | undefined} chromium its executable
 * @returns {Record<string, string>}
 */
export function softwareVulkan(chromium) {
  const { LD_LIBRARY_PATH, VK_DRIVER_FILES, VK_ADD_DRIVER_FILES } = process.env;
  if (process.platform !== 'linux' || VK_DRIVER_FILES || VK_ADD_DRIVER_FILES) return {};
  // What is called `chromium` may be a script that starts one of these.
  const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser'];
  if (chromium && existsSync(chromium)) folders.unshift(dirname(realpathSync(chromium)));
  const folder = folders.find((candidate) =>
    ['libvulkan.so.1', 'vk_swiftshader_icd.json'].every((file) => existsSync(join(candidate, file))),
  );
  if (!folder) return {};
  return {
    LD_LIBRARY_PATH: LD_LIBRARY_PATH ? `${folder}:${LD_LIBRARY_PATH}` : folder,
    VK_ADD_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'),
  };
}
