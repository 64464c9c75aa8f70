package io.outrigger.proxy.worker;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty's epoll, where a socket of which nothing is awaited for now stays registered, and turns may
 * wait for events to gather.
 *
 * <p>Netty takes such a socket out of the set, and then can't change what it awaits any more
 * (ENOENT): it happens to one whose peer has closed while reading is paused.
 */
final class EpollHandler implements IoHandler {
  private final IoHandler epoll;
  private final WakeupModeration moderation;
  private @Nullable BytesRead read;

  private EpollHandler(IoHandler epoll, WakeupModeration moderation) {
    this.epoll = epoll;
    this.moderation = moderation;
  }

  static IoHandlerFactory newFactory(Supplier<WakeupModeration> moderations) {
    IoHandlerFactory epoll = EpollIoHandler.newFactory();
    return executor -> new EpollHandler(epoll.newHandler(executor), moderations.get());
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Registration(epoll.register(handle));
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    BytesRead bytes = read;
    if (bytes == null) {
      bytes = BytesRead.here(); // made on another thread than it runs on
      read = bytes;
    }
    moderation.beforeTurn(context.canBlock());
    int handled = epoll.run(context);
    moderation.afterTurn(handled, bytes.total());
    return handled;
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return epoll.isCompatible(type);
  }

  private static final class Registration implements IoRegistration {
    private final IoRegistration inner;
    private boolean added;

    Registration(IoRegistration inner) {
      this.inner = inner;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
      return inner.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      boolean none = EpollIoOps.NONE.equals(ops);
      added |= !none;
      // errors are reported in any case
      return inner.submit(none && added ? EpollIoOps.EPOLLERR : ops);
    }

    @Override
    public boolean isValid() {
      return inner.isValid();
    }

    @Override
    public boolean cancel() {
      return inner.cancel();
    }
  }
}
