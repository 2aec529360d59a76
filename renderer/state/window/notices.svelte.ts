/** Short messages that come up over the space: what succeeded goes by itself, what failed stays until dismissed. */
export interface Notice {
  id: number;
  kind: 'success' | 'failure';
  text: string;
}

const SECONDS = 5;

export class Notices {
  list = $state<Notice[]>([]);
  #next = 0;

  success(text: string): void {
    const id = this.#add('success', text);
    setTimeout(() => this.dismiss(id), SECONDS * 1000);
  }

  /** @param text a sentence fit for a person */
  failure(text: string): void {
    // the same failure again (a decode at display rate) must not pile up
    if (this.list.some((notice) => notice.text === text)) return;
    this.#add('failure', text);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(kind: Notice['kind'], text: string): number {
    const id = this.#next++;
    this.list = [...this.list.slice(-2), { id, kind, text }];
    return id;
  }
}
